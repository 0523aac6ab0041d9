using System.Globalization;
using SmartFlow.Contracts.Llm;

namespace SmartFlow.Llm.Forms;

/// <summary>
/// The ids of a response and its items: the call's token (<see cref="AnswerIds"/>), and of an item its place among
/// those of its kind, so that it is the same in a plain answer, a stream and a repeat.
/// </summary>
internal static class ResponseIds
{
    public const string Message = "msg";
    public const string Reasoning = "rs";
    public const string Call = "fc";
    public const string CustomCall = "ctc";

    /// <summary>From here on the places are those of the input's items.</summary>
    public const int FirstInput = 0x8000;

    private const string Response = "resp_";
    private const int PlaceLength = 4;

    public static string OfResponse(string token) => Response + token;

    public static string OfItem(string kind, string token, int place) => $"{kind}_{token}{place:x4}";

    /// <summary>The token of a response's id; null: it is none of ours.</summary>
    public static string? TokenOf(string id) =>
        id.StartsWith(Response, StringComparison.Ordinal) && IsToken(id.AsSpan(Response.Length))
            ? id[Response.Length..]
            : null;

    /// <summary>The parts of an item's id; null: it is none of ours.</summary>
    public static (string Kind, string Token, int Place)? Parse(string id)
    {
        var end = id.IndexOf('_', StringComparison.Ordinal);
        if (end < 0 || id.Length != end + 1 + AnswerIds.Length + PlaceLength)
            return null;
        var (kind, token) = (id[..end], id.Substring(end + 1, AnswerIds.Length));
        if (kind is not (Message or Reasoning or Call or CustomCall) || !IsToken(token))
            return null;
        return int.TryParse(
            id.AsSpan(end + 1 + AnswerIds.Length),
            NumberStyles.AllowHexSpecifier,
            CultureInfo.InvariantCulture,
            out var place
        )
            ? (kind, token, place)
            : null;
    }

    private static bool IsToken(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiHexDigitLower(c))
                return false;
        return text.Length == AnswerIds.Length;
    }
}
