using System.Text.Json;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// Validates the messages of a request and measures what they send to the model. Addresses of images must be data URLs
/// or https to public names: what fetches them is not us, and may stand where more can be reached.
/// </summary>
internal struct ChatMessages
{
    public const string Unsupported = "is not supported; use text or image_url";
    private static readonly KnownNames MessageNames = new(
        "role",
        "content",
        "tool_calls",
        "tool_call_id",
        "name",
        "function_call",
        "refusal"
    );
    private static readonly KnownNames PartNames = new(
        "type",
        "text",
        "image_url",
        "refusal",
        "source",
        "cache_control"
    );
    private static readonly KnownNames ImageNames = new("url", "detail");

    public int Count { get; private set; }

    public int Images { get; private set; }

    public long TextBytes { get; private set; }

    /// <summary>A result of a tool holds an image.</summary>
    public bool ToolImages { get; private set; }

    /// <summary>The first part that is a document; null: none is.</summary>
    public string? Document { get; private set; }

    /// <summary>Reads the array on which the reader stands.</summary>
    public void Measure(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
            throw RefusedException.Field("messages", "must be an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                throw Refuse("", "must be an object");
            Message(ref reader);
            Count++;
        }
    }

    private void Message(ref Utf8JsonReader reader)
    {
        var role = Role.Missing;
        var hasContent = false;
        var images = Images;
        var isTool = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("role"u8))
            {
                reader.Read();
                role = RoleOf(ref reader);
                isTool = reader.ValueTextEquals("tool"u8);
            }
            else if (reader.ValueTextEquals("content"u8))
            {
                reader.Read();
                hasContent |= Content(ref reader);
            }
            else
            {
                if (MessageNames.OtherNotation(ref reader) is { } known)
                    throw Refuse("." + reader.GetString(), $"must be written {known}");
                reader.Read();
                Anything(ref reader);
            }
        }
        ToolImages |= isTool && Images > images;
        if (role == Role.Missing)
            throw Refuse(".role", "is required");
        if (role == Role.NeedsContent && !hasContent)
            throw Refuse(".content", "is required");
    }

    private Role RoleOf(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueTextEquals("assistant"u8) || reader.ValueTextEquals("function"u8))
                return Role.MayBeEmpty;
            if (
                reader.ValueTextEquals("user"u8)
                || reader.ValueTextEquals("system"u8)
                || reader.ValueTextEquals("tool"u8)
                || reader.ValueTextEquals("developer"u8)
            )
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
        if (reader.TokenType != JsonTokenType.StartObject)
            throw Refuse($".content[{index}]", "must be an object");
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
                hasImage |= reader.TokenType is JsonTokenType.StartObject or JsonTokenType.String;
                Image(ref reader, index);
            }
            else
            {
                if (PartNames.OtherNotation(ref reader) is { } known)
                    throw Refuse($".content[{index}].{reader.GetString()}", $"must be written {known}");
                var isSource = reader.ValueTextEquals("source"u8);
                reader.Read();
                if (isSource)
                    Source(reader, index);
                Anything(ref reader);
            }
        }
        if (kind == PartKind.Document)
            Document ??= $"messages[{Count}].content[{index}]";
        if (kind == PartKind.Missing)
            throw Refuse($".content[{index}].type", "is required");
        if (hasImage != (kind == PartKind.Image))
            throw Refuse($".content[{index}].image_url", "belongs to a part of type image_url");
        if (hasImage)
            Images++;
    }

    private PartKind KindOf(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueTextEquals("text"u8) || reader.ValueTextEquals("refusal"u8))
                return PartKind.Text;
            if (reader.ValueTextEquals("image_url"u8))
                return PartKind.Image;
            if (reader.ValueTextEquals("document"u8))
                return PartKind.Document;
        }
        throw Refuse($".content[{index}].type", Unsupported);
    }

    private readonly void Image(ref Utf8JsonReader reader, int index)
    {
        if (reader.TokenType == JsonTokenType.String)
            CheckImage(ref reader, index, "");
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (ImageNames.OtherNotation(ref reader) is { } known)
                throw Refuse($".content[{index}].image_url.{reader.GetString()}", $"must be written {known}");
            var isUrl = reader.ValueTextEquals("url"u8);
            reader.Read();
            if (isUrl)
                CheckImage(ref reader, index, ".url");
            reader.Skip();
        }
    }

    private readonly void CheckImage(ref Utf8JsonReader reader, int index, string member)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw Refuse($".content[{index}].image_url{member}", "must be a string");
        // As nearly all are written; megabytes of it need not be decoded.
        if (reader.ValueSpan.StartsWith("data:image"u8))
            return;
        if (PublicUrl.ImageProblem(reader.GetString()!) is { } problem)
            throw Refuse($".content[{index}].image_url{member}", problem);
    }

    /// <summary>Where a document is to be fetched from; the reader is a copy.</summary>
    private readonly void Source(Utf8JsonReader reader, int index)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            return;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUrl = reader.ValueTextEquals("url"u8);
            reader.Read();
            if (
                isUrl
                && (
                    reader.TokenType != JsonTokenType.String
                        ? "must be a string"
                        : PublicUrl.Problem(reader.GetString()!)
                )
                    is { } problem
            )
                throw Refuse($".content[{index}].source.url", problem);
            reader.Skip();
        }
    }

    /// <summary>
    /// Whatever else stands in a message (tool calls, names, ids) may become prompt and counts as it is written.
    /// </summary>
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
        Document,
    }
}
