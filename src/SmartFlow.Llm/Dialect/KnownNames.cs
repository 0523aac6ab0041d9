using System.Text;
using System.Text.Json;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// Names of members that decide something. Many servers read JSON without regard to case, some without regard to
/// underscores: "Max_Tokens" beside max_tokens would be a limit that we do not know of.
/// </summary>
internal sealed class KnownNames(params string[] names)
{
    private readonly byte[][] exact = [.. names.Select(Encoding.UTF8.GetBytes)];
    private readonly Dictionary<string, string> byNormalForm = names
        .DistinctBy(Normal)
        .ToDictionary(Normal, n => n, StringComparer.Ordinal);

    /// <summary>
    /// The known name of which the reader stands on another notation; null: it is a known name itself, or an unknown
    /// one.
    /// </summary>
    public string? OtherNotation(ref Utf8JsonReader reader)
    {
        foreach (var name in exact)
            if (reader.ValueTextEquals(name))
                return null;
        return OtherNotation(reader.GetString()!);
    }

    /// <param name="name">None of the known names.</param>
    public string? OtherNotation(string name) => byNormalForm.GetValueOrDefault(Normal(name));

    /// <summary>
    /// Go's decoder folds ſ and the Kelvin sign as well; that of protobuf takes maxTokens for max_tokens.
    /// </summary>
    private static string Normal(string name)
    {
        var normal = new StringBuilder(name.Length);
        foreach (var c in name)
            if (c is not ('_' or '-' or '.' or ' '))
                normal.Append(
                    c switch
                    {
                        'ſ' => 's',
                        '\u212a' => 'k',
                        _ => char.ToLowerInvariant(c),
                    }
                );
        return normal.ToString();
    }
}
