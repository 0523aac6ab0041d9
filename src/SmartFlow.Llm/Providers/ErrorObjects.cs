using System.Text.Json;

namespace SmartFlow.Llm.Providers;

/// <summary>Tells errors and answers apart in what came with a success status.</summary>
internal static class ErrorObjects
{
    /// <summary>
    /// The object has a top-level <c>error</c> that says something, or is one itself (<c>"object":"error"</c>). Text of
    /// the model cannot look so: its quotes are escaped.
    /// </summary>
    public static bool Is(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\"error\""u8) < 0)
            return false;
        try
        {
            var reader = new Utf8JsonReader(json);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                // As they stand: what holds half a character cannot be compared otherwise.
                var isError = reader.ValueSpan.SequenceEqual("error"u8);
                var isKind = reader.ValueSpan.SequenceEqual("object"u8) || reader.ValueSpan.SequenceEqual("type"u8);
                reader.Read();
                if (
                    isError
                    && (
                        reader.TokenType == JsonTokenType.StartObject
                        || (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length > 0)
                    )
                )
                    return true;
                if (isKind && reader.TokenType == JsonTokenType.String && reader.ValueSpan.SequenceEqual("error"u8))
                    return true;
                reader.Skip();
            }
            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>A readable object with a list of this name in which at least one object stands.</summary>
    public static bool HasList(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            var found = false;
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isList = reader.ValueTextEquals(name);
                reader.Read();
                if (isList)
                    found =
                        reader.TokenType == JsonTokenType.StartArray
                        && reader.Read()
                        && reader.TokenType == JsonTokenType.StartObject;
                if (isList && found)
                    while (reader.CurrentDepth > 1 || reader.TokenType != JsonTokenType.EndArray)
                        if (!reader.Read())
                            return false;
                if (!isList)
                    reader.Skip();
            }
            return found && !reader.Read();
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
