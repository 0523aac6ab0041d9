using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Dialect;

/// <summary>Validates the messages of a request and measures what they send to the model.</summary>
internal struct ChatMessages
{
    public int Count { get; private set; }

    public int Images { get; private set; }

    public long TextBytes { get; private set; }

    /// <summary>Reads the array on which the reader stands.</summary>
    public void Measure(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw RefusedException.Field("messages", "must be an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw Refuse("", "must be an object");
            Message(ref reader);
            Count++;
        }
    }

    private void Message(ref Utf8JsonReader reader)
    {
        var role = Role.Missing;
        var hasContent = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
            {
                reader.Read();
                role = RoleOf(ref reader);
            }
            else if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                hasContent |= Content(ref reader);
            }
            else
            {
                reader.Read();
                Anything(ref reader);
            }
        }
        if (role == Role.Missing) throw Refuse(".role", "is required");
        if (role == Role.NeedsContent && !hasContent) throw Refuse(".content", "is required");
    }

    private Role RoleOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueTextEquals("assistant"u8) || reader.ValueTextEquals("function"u8)) return Role.MayBeEmpty;
            if (reader.ValueTextEquals("user"u8) || reader.ValueTextEquals("system"u8) || reader.ValueTextEquals("tool"u8)
                || reader.ValueTextEquals("developer"u8))
                return Role.NeedsContent;
        }
        throw Refuse(".role", "must be one of developer, system, user, assistant, tool, function");
    }

    private bool Content(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.Null:
                return false;
            case JsonTokenType.String:
                TextBytes += JsonText.DecodedLength(reader.ValueSpan);
                return true;
            case JsonTokenType.StartArray:
                for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
                    Part(ref reader, i);
                return true;
            default:
                throw Refuse(".content", "must be a string or an array of parts");
        }
    }

    private void Part(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            TextBytes += JsonText.DecodedLength(reader.ValueSpan);
            return;
        }
        if (reader.TokenType != JsonTokenType.StartObject) throw Refuse($".content[{index}]", "must be an object");
        var kind = PartKind.Missing;
        var hasImage = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("type"u8))
            {
                reader.Read();
                kind = KindOf(ref reader, index);
            }
            else if (reader.ValueTextEquals("image_url"u8))
            {
                reader.Read();
                hasImage = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String;
                reader.Skip();
            }
            else
            {
                reader.Read();
                Anything(ref reader);
            }
        }
        if (kind == PartKind.Missing) throw Refuse($".content[{index}].type", "is required");
        if (hasImage != (kind == PartKind.Image)) throw Refuse($".content[{index}].image_url", "belongs to a part of type image_url");
        if (hasImage) Images++;
    }

    private PartKind KindOf(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("refusal"u8)) return PartKind.Text;
            if (reader.ValueTextEquals("image_url"u8)) return PartKind.Image;
        }
        throw Refuse($".content[{index}].type", "is not supported; use text or image_url");
    }

    /// <summary>Whatever else stands in a message (tool calls, names, ids) may become prompt and counts as it is written.</summary>
    private void Anything(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            TextBytes += JsonText.DecodedLength(reader.ValueSpan);
            return;
        }
        var start = reader.TokenStartIndex;
        reader.Skip();
        TextBytes += reader.BytesConsumed - start;
    }

    private readonly RefusedException Refuse(string where, string reason) =>
        RefusedException.Field($"messages[{Count}]{where}", reason);

    private enum Role
    {
        Missing,
        NeedsContent,
        MayBeEmpty,
    }

    private enum PartKind
    {
        Missing,
        Text,
        Image,
    }
}
