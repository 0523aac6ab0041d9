using System.Text.Json;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// A validated view of an OpenAI embeddings request: <c>input</c> is a text, texts, tokens, or lists of tokens. What is
/// not named here reaches the provider byte for byte. There is no output, so no output limit is sent.
/// </summary>
internal sealed class EmbeddingRequest : CallRequest
{
    /// <summary>What a token that came as a token counts against the limit of an item.</summary>
    public const int BytesPerGivenToken = 4;
    private readonly EmbeddingLimits limits;

    private EmbeddingRequest(ReadOnlyMemory<byte> body, EmbeddingLimits limits)
        : base(body)
    {
        this.limits = limits;
        OutputLimit = 0;
    }

    public override CallKind Kind => CallKind.Embeddings;

    /// <exception cref="RefusedException">malformed_body, or invalid_argument naming the field.</exception>
    public static EmbeddingRequest Parse(ReadOnlyMemory<byte> body, EmbeddingLimits limits)
    {
        var request = new EmbeddingRequest(body, limits);
        request.Read();
        if (request.MessageCount == 0)
            throw RefusedException.Field("input", "is required");
        return request;
    }

    public override byte[] WriteUpstream(string model, long outputLimit, bool stream, UpstreamDialect dialect) =>
        UpstreamBody.Write(Body.Span, Members, model);

    public override ICallAnswer NewAnswer(int keepBytes) => new EmbeddingAnswer(keepBytes);

    protected override AskList Asks => AskList.Embeddings;

    protected override void ReadValue(ref Utf8JsonReader reader, Field field)
    {
        if (field == Field.Model)
            Model = reader.TokenType == JsonTokenType.Null ? "" : ReadModel(ref reader);
        else if (field == Field.Input)
            ReadInput(ref reader);
        else
            reader.Skip();
    }

    /// <summary>The vectors that a request, which has been read, asks for; null: floats.</summary>
    public static string? EncodingOf(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isEncoding = reader.ValueTextEquals("encoding_format"u8);
            reader.Read();
            if (isEncoding)
                return reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            reader.Skip();
        }
        return null;
    }

    private void ReadInput(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.String)
            Text(ref reader, "input");
        else if (reader.TokenType == JsonTokenType.StartArray)
            List(ref reader);
        else
            throw RefusedException.Field("input", "must be a text, an array of texts, or arrays of tokens");
    }

    /// <summary>Numbers in it are the tokens of one item; else each element is an item.</summary>
    private void List(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number)
        {
            Tokens(ref reader, "input");
            return;
        }
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read())
        {
            if (MessageCount == limits.Items)
                throw RefusedException.Field("input", $"must hold at most {limits.Items} items");
            var field = $"input[{MessageCount}]";
            if (reader.TokenType == JsonTokenType.String)
                Text(ref reader, field);
            else if (reader.TokenType == JsonTokenType.StartArray)
            {
                reader.Read();
                Tokens(ref reader, field);
            }
            else
                throw RefusedException.Field(field, "must be a text or an array of tokens");
        }
        if (MessageCount == 0)
            throw RefusedException.Field("input", "must hold at least one item");
    }

    private void Text(ref Utf8JsonReader reader, string field)
    {
        var bytes = JsonText.DecodedLength(reader.ValueSpan);
        if (bytes == 0)
            throw RefusedException.Field(field, "must not be empty");
        if (bytes > limits.ItemBytes)
            throw RefusedException.Field(field, $"must have at most {limits.ItemBytes} bytes");
        TextBytes += bytes;
        MessageCount++;
    }

    /// <summary>From the first token to the end of the array.</summary>
    private void Tokens(ref Utf8JsonReader reader, string field)
    {
        var count = 0;
        for (; reader.TokenType != JsonTokenType.EndArray; reader.Read(), count++)
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt32(out var token) || token < 0)
                throw RefusedException.Field(field, "must hold tokens only: whole numbers from 0 on");
        if (count == 0)
            throw RefusedException.Field(field, "must not be empty");
        if (count > limits.ItemBytes / BytesPerGivenToken)
            throw RefusedException.Field(field, $"must have at most {limits.ItemBytes / BytesPerGivenToken} tokens");
        TokenCount += count;
        MessageCount++;
    }
}

/// <summary>How much may be embedded with one call.</summary>
/// <param name="Items">Texts or lists of tokens.</param>
/// <param name="ItemBytes">UTF-8 bytes of each; a given token counts as four.</param>
internal readonly record struct EmbeddingLimits(int Items, int ItemBytes);
