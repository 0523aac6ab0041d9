using System.Text.Json;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>Whether a request asks for a stream: all that the surface has to know of a body.</summary>
internal static class StreamFlag
{
    /// <summary>False also where the body is broken: the model service refuses it with the reason.</summary>
    public static bool Of(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"stream\""u8) < 0)
            return false;
        try
        {
            var reader = new Utf8JsonReader(body);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isStream = reader.ValueTextEquals("stream"u8);
                reader.Read();
                if (isStream)
                    return reader.TokenType == JsonTokenType.True;
                reader.Skip();
            }
            return false;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
