using System.Text.Json;

namespace SmartFlow.Llm.Mending;

/// <summary>
/// Counts as clients read them: whole numbers. Fractions and texts that say a number become it, as <c>UsageReader</c>
/// reads them; what says none is left out, so that it is missing for whoever reads it. Counts that clients do not know
/// stay.
/// </summary>
internal static class UsageMender
{
    private const double MostTokens = 1e12;

    private static readonly byte[][] Counts =
    [
        .. new[]
        {
            "prompt_tokens",
            "completion_tokens",
            "total_tokens",
            "cached_tokens",
            "audio_tokens",
            "reasoning_tokens",
            "accepted_prediction_tokens",
            "rejected_prediction_tokens",
        }.Select(System.Text.Encoding.ASCII.GetBytes),
    ];

    /// <summary>Walks the usage object at this place.</summary>
    public static void Mend(JsonEdits edits, Place place)
    {
        var reader = new Utf8JsonReader(edits[place]);
        reader.Read();
        Members(edits, ref reader, place.Start);
    }

    private static void Members(JsonEdits edits, ref Utf8JsonReader reader, int offset)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = offset + (int)reader.TokenStartIndex;
            var isDetails =
                reader.ValueTextEquals("prompt_tokens_details"u8)
                || reader.ValueTextEquals("completion_tokens_details"u8);
            var isCount = !isDetails && IsCount(ref reader);
            reader.Read();
            if (isDetails && reader.TokenType == JsonTokenType.StartObject)
                Members(edits, ref reader, offset);
            else if (isDetails && reader.TokenType != JsonTokenType.Null)
                edits.Remove(new Place(name, offset + JsonEdits.Past(ref reader).End));
            else if (isCount)
                Count(edits, ref reader, name, offset);
            else
                reader.Skip();
        }
    }

    private static void Count(JsonEdits edits, ref Utf8JsonReader reader, int name, int offset)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out _))
            return;
        var said = JsonEdits.Number(ref reader);
        var place = JsonEdits.Past(ref reader);
        if (said is >= 0 and <= MostTokens)
            edits.Replace(
                new Place(offset + place.Start, offset + place.End),
                JsonEdits.Digits((long)Math.Ceiling(said.Value))
            );
        else
            edits.Remove(new Place(name, offset + place.End));
    }

    private static bool IsCount(ref Utf8JsonReader reader)
    {
        foreach (var count in Counts)
            if (reader.ValueTextEquals(count))
                return true;
        return false;
    }
}
