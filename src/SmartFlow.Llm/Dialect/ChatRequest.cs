using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// A validated view of an OpenAI chat-completions request. The body itself is kept as it came: what is not named here
/// reaches the provider byte for byte.
/// </summary>
internal sealed class ChatRequest : CallRequest
{
    public const int MaxChoices = 16;
    public const long MaxOutputLimit = 10_000_000;

    private bool toolImages;

    private ChatRequest(ReadOnlyMemory<byte> body)
        : base(body) { }

    public override CallKind Kind => CallKind.Chat;

    public bool Stream { get; private set; }

    /// <exception cref="RefusedException">malformed_body, or invalid_argument naming the field.</exception>
    public static ChatRequest Parse(ReadOnlyMemory<byte> body)
    {
        var request = new ChatRequest(body);
        request.Read();
        if (request.MessageCount == 0)
            throw RefusedException.Field("messages", "must hold at least one message");
        if (request.DocumentField is { } field && !request.Members.Exists(m => m.Field == Field.SmartFlow))
            throw RefusedException.Field(field + ".type", ChatMessages.Unsupported);
        return request;
    }

    public override byte[] WriteUpstream(string model, long outputLimit, bool stream, UpstreamDialect dialect) =>
        UpstreamBody.Write(Body.Span, Members, model, outputLimit, stream, dialect, toolImages);

    public override ICallAnswer NewAnswer(int keepBytes) => new AnswerText(keepBytes);

    protected override AskList Asks => AskList.Chat;

    protected override void ReadValue(ref Utf8JsonReader reader, Field field)
    {
        var isNull = reader.TokenType == JsonTokenType.Null;
        switch (field)
        {
            case Field.Messages:
                var messages = default(ChatMessages);
                messages.Measure(ref reader);
                (MessageCount, ImageCount, TextBytes) = (
                    messages.Count,
                    messages.Images,
                    TextBytes + messages.TextBytes
                );
                (toolImages, DocumentField) = (messages.ToolImages, DocumentField ?? messages.Document);
                return;
            case Field.Model:
                Model = isNull ? "" : ReadModel(ref reader);
                return;
            case Field.Stream:
                Stream = !isNull && ReadBoolean(ref reader, "stream");
                return;
            case Field.StreamOptions:
                if (!isNull)
                    ReadStreamOptions(ref reader);
                return;
            case Field.N:
                if (!isNull)
                    N = (int)ReadInteger(ref reader, "n", MaxChoices);
                return;
            case Field.MaxCompletionTokens:
                if (!isNull)
                    OutputLimit = ReadInteger(ref reader, "max_completion_tokens", MaxOutputLimit);
                return;
            case Field.MaxTokens:
                if (isNull)
                    return;
                var limit = ReadInteger(ref reader, "max_tokens", MaxOutputLimit);
                if (!Members.Exists(m => m.Field == Field.MaxCompletionTokens) || OutputLimit is null)
                    OutputLimit = limit;
                return;
            case Field.SmartFlow:
                ReadOurs(ref reader);
                return;
            default:
                reader.Skip();
                return;
        }
    }

    private static bool ReadBoolean(ref Utf8JsonReader reader, string field) =>
        reader.TokenType switch
        {
            JsonTokenType.True => true,
            JsonTokenType.False => false,
            _ => throw RefusedException.Field(field, "must be true or false"),
        };

    private static long ReadInteger(ref Utf8JsonReader reader, string field, long max) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var number) && number >= 1 && number <= max
            ? number
            : throw RefusedException.Field(field, $"must be an integer between 1 and {max}");

    private void ReadStreamOptions(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
            throw RefusedException.Field("stream_options", "must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isUsage = reader.ValueTextEquals("include_usage"u8);
            reader.Read();
            if (isUsage && reader.TokenType != JsonTokenType.Null)
                IncludeUsage = ReadBoolean(ref reader, "stream_options.include_usage");
            else
                reader.Skip();
        }
    }

    /// <summary>What our other surfaces say of a request beside what their callers asked.</summary>
    private void ReadOurs(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isEstimate, isDocument) = (reader.ValueTextEquals("estimate"u8), reader.ValueTextEquals("document"u8));
            reader.Read();
            if (isEstimate)
                WantsEstimate = reader.TokenType == JsonTokenType.True;
            // As it is named where it came in, which may be another index than here.
            if (isDocument && reader.TokenType == JsonTokenType.String)
                DocumentField = reader.GetString();
            reader.Skip();
        }
    }
}
