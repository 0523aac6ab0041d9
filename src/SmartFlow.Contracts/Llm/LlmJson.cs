using Microsoft.Extensions.AI;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Contracts.Llm;

/// <summary>How an answer as JSON is asked for.</summary>
public sealed record JsonAnswerOptions
{
    /// <summary>Calls at most, 1 to 5: the first, and corrections of what did not fit.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>
    /// The schema also as <c>response_format</c>. False for servers that refuse it; it always stands in the
    /// instructions.
    /// </summary>
    public bool SchemaAsFormat { get; init; } = true;

    /// <summary>The schema's name.</summary>
    public string Name { get; init; } = "answer";

    /// <summary>Tokens of each answer at most; null: the outlet's default.</summary>
    public int? MaxOutputTokens { get; init; }

    public float? Temperature { get; init; }
}

/// <summary>A value that a model wrote.</summary>
/// <param name="Value">Of the type's shape, with its annotations kept.</param>
/// <param name="Receipts">Of every attempt; all are paid for.</param>
public sealed record JsonAnswer<T>(T Value, IReadOnlyList<CallReceipt> Receipts);

/// <summary>No attempt gave a value of the shape that was asked for.</summary>
public sealed class JsonMismatchException(IReadOnlyList<string> problems, IReadOnlyList<CallReceipt> receipts)
    : Exception($"After {problems.Count} attempts the model's answer still does not fit: {problems[^1]}")
{
    /// <summary>What did not fit, by attempt.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>Of every attempt; all are paid for.</summary>
    public IReadOnlyList<CallReceipt> Receipts => receipts;
}

/// <summary>Answers as values of a type.</summary>
public static class LlmJson
{
    private const int MaxAttempts = 5;
    private const int MaxProblemCharacters = 1_000;

    /// <summary>
    /// Asks for one JSON object of the shape of <typeparamref name="T"/> (names in snake_case). An answer that does not
    /// fit is given back to the model with the reason. Each attempt is a call of its own under <c>sf:{event
    /// id}:{n}</c>, so that the same question asked again is answered from the journal; the scene has to be one of our
    /// own.
    /// </summary>
    /// <exception cref="JsonMismatchException">No attempt fitted. Refusals are those of ILlm.</exception>
    public static async Task<JsonAnswer<T>> GenerateJsonAsync<T>(
        this ILlm llm,
        BillingContext billing,
        IEnumerable<ChatMessage> messages,
        JsonAnswerOptions options,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Attempts, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Attempts, MaxAttempts, nameof(options));
        List<ChatMessage> said = [new(ChatRole.System, Instructions<T>()), .. messages];
        var (receipts, problems) = (new List<CallReceipt>(), new List<string>());
        while (problems.Count < options.Attempts)
        {
            using var client = new LlmChatClient(
                llm,
                billing with
                {
                    EventId = KeyOf(billing.EventId, problems.Count + 1),
                }
            );
            var response = await client.GetResponseAsync(said, Chat<T>(options), cancellationToken);
            receipts.Add((CallReceipt)response.RawRepresentation!);
            var (value, problem) = JsonShape<T>.Read(response.Text);
            if (problem is null)
                return new JsonAnswer<T>(value!, receipts);
            if (response.FinishReason == ChatFinishReason.Length)
                problem = "it was cut off at the output limit; " + problem;
            problems.Add(problem.Length > MaxProblemCharacters ? problem[..MaxProblemCharacters] : problem);
            said.Add(new(ChatRole.Assistant, response.Text));
            said.Add(
                new(
                    ChatRole.User,
                    $"That does not fit: {problems[^1]}. Answer again with the whole JSON object and nothing else."
                )
            );
        }
        throw new JsonMismatchException(problems, receipts);
    }

    private static string KeyOf(string eventId, int attempt) =>
        eventId.StartsWith(EventKey.OwnPrefix, StringComparison.Ordinal)
            ? $"{eventId}:{attempt}"
            : $"{EventKey.OwnPrefix}{eventId}:{attempt}";

    private static string Instructions<T>() =>
        $"Answer with one JSON object that fits this schema, and with nothing else: {JsonShape<T>.Schema.GetRawText()}";

    private static ChatOptions Chat<T>(JsonAnswerOptions options) =>
        new()
        {
            Temperature = options.Temperature,
            MaxOutputTokens = options.MaxOutputTokens,
            ResponseFormat = options.SchemaAsFormat
                ? ChatResponseFormat.ForJsonSchema(JsonShape<T>.Schema, options.Name)
                : null,
        };
}
