using System.Text;

namespace SmartFlow.Platform.Data;

public static class SnakeCase
{
    public static string Of(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var result = new StringBuilder(name.Length + 8);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (
                char.IsUpper(c)
                && i > 0
                && (!char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1])))
                && name[i - 1] != '_'
            )
                result.Append('_');
            result.Append(char.ToLowerInvariant(c));
        }
        return result.ToString();
    }
}

internal static class ModuleDbNames
{
    /// <summary>TokenStoreDb → tokenstore: the SQLite file and the PostgreSQL schema.</summary>
    public static string Of(Type db) =>
        (db.Name.EndsWith("Db", StringComparison.Ordinal) ? db.Name[..^2] : db.Name).ToLowerInvariant();
}
