using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Llm.Dialect;

/// <summary>What a call asks of a model; each kind has a route of its own at the provider.</summary>
internal enum CallKind
{
    Chat,
    Embeddings,
}

/// <summary>
/// What every step of a call needs of its validated request: model, sizes, hash, and the body for the provider. The
/// body itself is kept as it came.
/// </summary>
internal abstract class CallRequest(ReadOnlyMemory<byte> body)
{
    public const int MaxDepth = 64;
    public const int MaxModelLength = 200;
    private byte[]? hash;

    public abstract CallKind Kind { get; }

    public ReadOnlyMemory<byte> Body => body;

    /// <summary>The model or alias asked for; empty: the default.</summary>
    public string Model { get; protected set; } = "";

    /// <summary>The client asked for the usage chunk.</summary>
    public bool IncludeUsage { get; protected set; }

    /// <summary>Answers wanted, 1 to 16.</summary>
    public int N { get; protected set; } = 1;

    /// <summary>max_completion_tokens, else max_tokens: for each of the N answers; null: not given.</summary>
    public long? OutputLimit { get; protected set; }

    /// <summary>UTF-8 bytes of all text and tool JSON that can reach the model, without images.</summary>
    public long TextBytes { get; protected set; }

    /// <summary>Tokens that came as tokens: nothing about them is an estimate.</summary>
    public long TokenCount { get; protected set; }

    /// <summary>Messages, or texts to embed.</summary>
    public int MessageCount { get; protected set; }

    public int ImageCount { get; protected set; }

    /// <summary>A field that holds a document, which only Anthropic's models read; null: none does.</summary>
    public string? DocumentField { get; protected set; }

    /// <summary>The caller wants to know of a stream's prompt what it probably has, before the first chunk.</summary>
    public bool WantsEstimate { get; protected set; }

    /// <summary>
    /// SHA-256 of the body without its top-level <c>stream</c> and <c>stream_options</c>: a repeat may ask for the
    /// other form of the same answer. Nothing else is made canonical. Different kinds never have the same.
    /// </summary>
    public ReadOnlyMemory<byte> Hash => hash ??= ComputeHash();

    protected List<Member> Members { get; } = new(16);

    /// <summary>
    /// The body for the provider: model and output limit set, usage asked for, all else byte for byte.
    /// </summary>
    /// <param name="model">The provider's model name.</param>
    /// <param name="outputLimit">Tokens of each answer; written under the field that the caller used.</param>
    /// <param name="stream">Ask for an event stream with a usage chunk.</param>
    /// <param name="dialect">What the provider expects.</param>
    public abstract byte[] WriteUpstream(string model, long outputLimit, bool stream, UpstreamDialect dialect);

    /// <summary>What follows the answer to this request.</summary>
    /// <param name="keepBytes">The most that is kept of it for repeats.</param>
    public abstract ICallAnswer NewAnswer(int keepBytes);

    /// <summary>What may be asked.</summary>
    protected abstract AskList Asks { get; }

    /// <summary>Reads or skips the value on which the reader stands.</summary>
    protected abstract void ReadValue(ref Utf8JsonReader reader, Field field);

    /// <exception cref="RefusedException">malformed_body, or invalid_argument naming the field.</exception>
    protected void Read()
    {
        if (!Utf8.IsValid(body.Span))
            throw Malformed("it is not valid UTF-8");
        try
        {
            ReadMembers();
        }
        catch (JsonException e)
        {
            throw Malformed($"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        }
        catch (InvalidOperationException)
        {
            throw Malformed("a string holds half a surrogate pair");
        }
    }

    protected static string ReadModel(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String)
            throw RefusedException.Field("model", "must be a string");
        var model = reader.GetString()!;
        return model.Length <= MaxModelLength
            ? model
            : throw RefusedException.Field("model", $"must have at most {MaxModelLength} characters");
    }

    private void ReadMembers()
    {
        var reader = new Utf8JsonReader(body.Span, new JsonReaderOptions { MaxDepth = MaxDepth });
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            throw Malformed("it is not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            var rule = Asks.Of(ref reader);
            if (rule.Field > Field.NotText && Members.Exists(m => m.Field == rule.Field))
                throw RefusedException.Field(rule.Name, "is given twice");
            reader.Read();
            var valueStart = (int)reader.TokenStartIndex;
            if (rule.Check is not null)
            {
                var value = reader;
                rule.Check(rule.Name, ref value);
            }
            ReadValue(ref reader, rule.Field);
            var end = (int)reader.BytesConsumed;
            Members.Add(new Member(start, valueStart, end, rule.Field));
            if (rule.Field is Field.Other or Field.Tools)
                TextBytes += end - valueStart;
        }
        if (reader.Read())
            throw Malformed("more follows its end");
    }

    private byte[] ComputeHash()
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        if (Kind == CallKind.Embeddings)
            sha.AppendData("embeddings:"u8);
        foreach (var member in Members)
        {
            if (member.Field is Field.Stream or Field.StreamOptions)
                continue;
            sha.AppendData(body.Span[member.Start..member.End]);
            sha.AppendData(","u8);
        }
        return sha.GetHashAndReset();
    }

    private static RefusedException Malformed(string why) =>
        new(ErrorCodes.MalformedBody, $"The body is not readable JSON: {why}.");
}
