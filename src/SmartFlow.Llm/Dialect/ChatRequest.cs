using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Dialect;

/// <summary>
/// A validated view of an OpenAI chat-completions request. The body itself is kept as it came: what is not named here
/// reaches the provider byte for byte.
/// </summary>
internal sealed class ChatRequest
{
    public const int MaxDepth = 64;
    public const int MaxModelLength = 200;
    public const int MaxChoices = 16;
    public const long MaxOutputLimit = 10_000_000;
    private readonly List<Member> members;
    private byte[]? hash;

    private ChatRequest(ReadOnlyMemory<byte> body, List<Member> members)
    {
        Body = body;
        this.members = members;
    }

    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The model or alias asked for; empty: the default.</summary>
    public string Model { get; private set; } = "";

    public bool Stream { get; private set; }

    /// <summary>The client asked for the usage chunk.</summary>
    public bool IncludeUsage { get; private set; }

    /// <summary>Answers wanted, 1 to 16.</summary>
    public int N { get; private set; } = 1;

    /// <summary>max_completion_tokens, else max_tokens: for each of the N answers; null: not given.</summary>
    public long? OutputLimit { get; private set; }

    /// <summary>UTF-8 bytes of all text and tool JSON that can reach the model, without images.</summary>
    public long TextBytes { get; private set; }

    public int MessageCount { get; private set; }

    public int ImageCount { get; private set; }

    /// <summary>
    /// SHA-256 of the body without its top-level <c>stream</c> and <c>stream_options</c>: a repeat may ask for the
    /// other form of the same answer. Nothing else is made canonical.
    /// </summary>
    public ReadOnlyMemory<byte> Hash => hash ??= ComputeHash();

    /// <exception cref="RefusedException">malformed_body, or invalid_argument naming the field.</exception>
    public static ChatRequest Parse(ReadOnlyMemory<byte> body)
    {
        if (!Utf8.IsValid(body.Span)) throw Malformed("it is not valid UTF-8");
        var request = new ChatRequest(body, new List<Member>(16));
        try
        {
            request.Read();
        }
        catch (JsonException e)
        {
            throw Malformed($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            throw Malformed("a string holds half a surrogate pair");
        }
        if (request.MessageCount == 0) throw RefusedException.Field("messages", "must hold at least one message");
        return request;
    }

    /// <summary>The body for the provider: model and output limit set, usage asked for, all else byte for byte.</summary>
    /// <param name="model">The provider's model name.</param>
    /// <param name="outputLimit">Tokens of each answer; written under the field that the caller used.</param>
    /// <param name="stream">Ask for an event stream with a usage chunk.</param>
    /// <param name="dialect">What the provider expects.</param>
    public byte[] WriteUpstream(string model, long outputLimit, bool stream, UpstreamDialect dialect) =>
        UpstreamBody.Write(Body.Span, members, model, outputLimit, stream, dialect);

    private byte[] ComputeHash()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var member in members)
        {
            if (member.Field is Field.Stream or Field.StreamOptions) continue;
            sha.AppendData(Body.Span[member.Start..member.End]);
            sha.AppendData(","u8);
        }
        return sha.GetHashAndReset();
    }

    private void Read()
    {
        var reader = new Utf8JsonReader(Body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw Malformed("it is not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var field = Fields.Of(ref reader);
            if (field > Field.NotText && members.Exists(m => m.Field == field))
                throw RefusedException.Field(Fields.NameOf(field), "is given twice");
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            ReadValue(ref reader, field);
            var end = (int)reader.BytesConsumed;
            members.Add(new Member(start, valueStart, end, field));
            if (field == Field.Other || field == Field.Tools) TextBytes += end - valueStart;
        }
        if (reader.Read()) throw Malformed("more follows its end");
    }

    private void ReadValue(ref Utf8JsonReader reader, Field field)
    {
        var isNull = reader.TokenType == JsonTokenType.Null;
        switch (field)
        {
            case Field.Messages:
                var messages = default(ChatMessages);
                messages.Measure(ref reader);
                (MessageCount, ImageCount, TextBytes) = (messages.Count, messages.Images, TextBytes + messages.TextBytes);
                return;
            case Field.Model:
                Model = isNull ? "" : ReadModel(ref reader);
                return;
            case Field.Stream:
                Stream = !isNull && ReadBoolean(ref reader, "stream");
                return;
            case Field.StreamOptions:
                if (!isNull) ReadStreamOptions(ref reader);
                return;
            case Field.N:
                if (!isNull) N = (int)ReadInteger(ref reader, "n", MaxChoices);
                return;
            case Field.MaxCompletionTokens:
                if (!isNull) OutputLimit = ReadInteger(ref reader, "max_completion_tokens", MaxOutputLimit);
                return;
            case Field.MaxTokens:
                if (isNull) return;
                var limit = ReadInteger(ref reader, "max_tokens", MaxOutputLimit);
                if (!members.Exists(m => m.Field == Field.MaxCompletionTokens) || OutputLimit is null) OutputLimit = limit;
                return;
            case Field.Modalities:
                if (!isNull) ReadModalities(ref reader);
                return;
            case Field.Audio:
                if (!isNull) throw RefusedException.Field("audio", "audio is not supported; ask for text");
                return;
            default:
                reader.Skip();
                return;
        }
    }

    private static string ReadModel(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String) throw RefusedException.Field("model", "must be a string");
        var model = reader.GetString()!;
        return model.Length <= MaxModelLength
            ? model
            : throw RefusedException.Field("model", $"must have at most {MaxModelLength} characters");
    }

    private static bool ReadBoolean(ref Utf8JsonReader reader, string field) => reader.TokenType switch
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
        if (reader.TokenType != JsonTokenType.StartObject) throw RefusedException.Field("stream_options", "must be an object");
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

    private static void ReadModalities(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw RefusedException.Field("modalities", "must be an array");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            if (reader.TokenType != JsonTokenType.String || !reader.ValueTextEquals("text"u8))
                throw RefusedException.Field("modalities", "only text is supported");
    }

    private static RefusedException Malformed(string why) => new(ErrorCodes.MalformedBody, $"The body is not readable JSON: {why}.");
}
