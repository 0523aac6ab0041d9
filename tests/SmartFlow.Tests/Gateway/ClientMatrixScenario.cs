namespace SmartFlow.Tests.Gateway;

/// <summary>What a client's user does, what the provider does, and what has to come of it.</summary>
/// <param name="Name">As in the cells.</param>
/// <param name="Head">The column of the table.</param>
/// <param name="About">In a sentence, for docs/clients.md.</param>
/// <param name="Sees">The text that the user gets; null: something is raised.</param>
/// <param name="Calls">Calls that the provider receives, each charged once.</param>
internal sealed record ClientMatrixScenario(string Name, string Head, string About, string? Sees, int Calls)
{
    /// <summary>
    /// 60 input, 40 cached, 15 output and 5 reasoning tokens at the seeded price: 54,400 micro-credits.
    /// </summary>
    private const long UsualMicros =
        (60 * 3_200_000L + 40 * 800_000L + 15 * 16_000_000L + 5 * 16_000_000L) / 1_000_000 * 100;

    /// <summary>An embedding counts its input.</summary>
    private const long EmbeddingMicros = 100 * 3_200_000L / 1_000_000 * 100;

    public static readonly IReadOnlyList<ClientMatrixScenario> All =
    [
        new("plain", "plain", "A question and its answer.", "Hello there", 1),
        new("streamed", "streamed", "The same as a stream.", "Hello there", 1),
        new(
            "second-turn",
            "second turn",
            "A question about the answer before, sent in the client's own way (whole, by reference, or by id).",
            "I said Ada.",
            2
        ),
        new(
            "tool-loop",
            "tools",
            "The model asks for a tool, the client runs it, the model answers.",
            "It is Friday.",
            2
        ),
        new("structured", "structure", "An answer by a schema.", "Friday, 2", 1),
        new("embeddings", "embeddings", "A text as a vector.", "1 2 3", 1) { Micros = EmbeddingMicros },
        new("no-credit", "no Credit", "A user whose balance is 0.", null, 0) { Status = 402, Requests = 1 },
        new("unknown-model", "unknown model", "A model that nobody offers.", null, 0) { Status = 404, Requests = 1 },
        new(
            "death",
            "provider dies",
            $"The provider's connection breaks after “{ClientMatrixProvider.Half}”: the user must not take that for the answer.",
            null,
            1
        )
        {
            Micros = null,
            Requests = 1,
        },
        new(
            "impatient",
            "slow",
            "The provider is silent for longer than the client waits (1.5 s here); how often the client tries is left as it comes.",
            "Hello there",
            1
        )
        {
            RequestsAtLeast = 2,
        },
        new("impatient-stream", "slow stream", "The same as a stream.", "Hello there", 1) { RequestsAtLeast = 2 },
        new(
            "patient",
            "silence",
            "A provider that says nothing for 6 s before its answer and in its middle; the program sends comment lines meanwhile.",
            "Hello there",
            1
        )
        {
            Requests = 1,
        },
    ];

    /// <summary>What a call costs; null: by estimate, since the provider told nothing.</summary>
    public long? Micros { get; init; } = UsualMicros;

    /// <summary>Of what is raised.</summary>
    public int? Status { get; init; }

    /// <summary>How often the client asks the program; null: what its turns need.</summary>
    public int? Requests { get; init; }

    /// <summary>It asks again after its time-out, or the scenario showed nothing.</summary>
    public int RequestsAtLeast { get; init; }

    /// <summary>Errors of a client that fails at our words and not at the provider's failure.</summary>
    private static readonly HashSet<string> Unreadable =
    [
        "TypeValidationError",
        "JSONParseError",
        "SyntaxError",
        "JsonException",
        "TypeError",
    ];

    public IEnumerable<string> Problems(ClientMatrixResult seen, ClientMatrixCount count)
    {
        if (seen.Raised != Sees is null || (Sees is not null && seen.Sees != Sees))
            yield return $"its user sees {seen.Sees} instead of {Sees ?? "an error"}";
        if (Status is not null && seen.Status != Status)
            yield return $"status {seen.Status}, not {Status}";
        if (Unreadable.Contains(seen.Sees))
            yield return $"{seen.Sees}: it could not read what the program said";
        if (count.Calls != Calls)
            yield return $"{count.Calls} provider calls, not {Calls}";
        if (count.Charges != Calls)
            yield return $"{count.Charges} charges, not {Calls}";
        if (Micros is { } micros && count.Micros != micros * Calls)
            yield return $"{count.Micros} micro-credits, not {micros * Calls}";
        if (Micros is null && !count.IsEstimateOf(ClientMatrixProvider.Half))
            yield return $"{count.Micros} micro-credits are no estimate of what was delivered";
        if (Requests is { } requests && count.Requests != requests)
            yield return $"{count.Requests} requests, not {requests}";
        if (count.Requests < RequestsAtLeast)
            yield return $"{count.Requests} requests: the client never asked again";
    }
}

/// <summary>What a cell caused.</summary>
/// <param name="Requests">Of the client to the program.</param>
/// <param name="Calls">Of the program to the provider.</param>
/// <param name="Charges">Rows of the ledger.</param>
/// <param name="Micros">Their sum.</param>
/// <param name="Usages">What each charged call counted.</param>
internal sealed record ClientMatrixCount(
    int Requests,
    int Calls,
    int Charges,
    long Micros,
    IReadOnlyList<ClientMatrixUsage> Usages
)
{
    /// <summary>
    /// Marked so, with an output between one token for eight bytes and one for each, and what is booked is its price.
    /// </summary>
    public bool IsEstimateOf(string delivered) =>
        Usages is [{ Estimated: true } usage]
        && usage.Input > 0
        && usage.Output >= delivered.Length / 8
        && usage.Output <= delivered.Length
        && Micros == ((usage.Input * 3_200_000 + usage.Output * 16_000_000 + 999_999) / 1_000_000 * 100);
}

/// <summary>Tokens of a call as its owner reads them.</summary>
internal sealed record ClientMatrixUsage(long Input, long Output, bool Estimated);
