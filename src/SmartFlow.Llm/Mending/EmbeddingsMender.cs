using System.Text.Json;

namespace SmartFlow.Llm.Mending;

/// <summary>A list of embeddings as clients read it; the vectors stay as they came.</summary>
internal static class EmbeddingsMender
{
    /// <summary>False: it is not one JSON object.</summary>
    public static bool TryMend(ReadOnlyMemory<byte> body, out ReadOnlyMemory<byte> mended)
    {
        if (!new ReadableJson().TryRead(body, out mended))
            return false;
        var edits = new JsonEdits();
        edits.Begin(mended);
        var reader = new Utf8JsonReader(mended.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            Member(edits, ref reader);
        mended = edits.End();
        return true;
    }

    private static void Member(JsonEdits edits, ref Utf8JsonReader reader)
    {
        var (isModel, isObject) = (reader.ValueTextEquals("model"u8), reader.ValueTextEquals("object"u8));
        var (isData, isUsage) = (reader.ValueTextEquals("data"u8), reader.ValueTextEquals("usage"u8));
        reader.Read();
        if (isModel)
            edits.Text(ref reader, "null"u8);
        else if (isObject)
            edits.Text(ref reader, "\"list\""u8);
        else if (isData && reader.TokenType == JsonTokenType.StartArray)
            Vectors(edits, ref reader);
        else if (isUsage && reader.TokenType == JsonTokenType.StartObject)
            UsageMender.Mend(edits, JsonEdits.Past(ref reader));
        else if (isUsage && reader.TokenType != JsonTokenType.Null)
            edits.Replace(JsonEdits.Past(ref reader), "null"u8);
        else
            reader.Skip();
    }

    private static void Vectors(JsonEdits edits, ref Utf8JsonReader reader)
    {
        for (var position = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; position++)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                reader.Skip();
            else
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var (isIndex, isObject) = (reader.ValueTextEquals("index"u8), reader.ValueTextEquals("object"u8));
                    reader.Read();
                    if (isIndex)
                        edits.Whole(ref reader, 0, int.MaxValue, position);
                    else if (isObject)
                        edits.Text(ref reader, "\"embedding\""u8);
                    else
                        reader.Skip();
                }
        }
    }
}
