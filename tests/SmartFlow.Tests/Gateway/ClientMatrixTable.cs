using System.Text;

namespace SmartFlow.Tests.Gateway;

/// <summary>docs/clients.md, made of what the cells showed.</summary>
internal sealed class ClientMatrixTable(
    IReadOnlyDictionary<
        (string Client, string Scenario),
        (ClientMatrixResult Seen, ClientMatrixCount Count, bool Right)
    > cells,
    IReadOnlyDictionary<string, string> versions
)
{
    /// <summary>Each client with its packages and what it speaks.</summary>
    public static readonly IReadOnlyList<(string Client, string[] Packages, string Speaks)> Clients =
    [
        ("openai-4", ["openai-4"], "chat completions"),
        ("openai-6", ["openai-6"], "chat completions"),
        ("openai-7", ["openai"], "chat completions"),
        ("openai-7-responses", ["openai"], "responses"),
        ("anthropic", ["@anthropic-ai/sdk"], "messages"),
        ("ai-openai", ["ai", "@ai-sdk/openai"], "responses"),
        ("ai-compatible", ["ai", "@ai-sdk/openai-compatible"], "chat completions"),
        ("ai-anthropic", ["ai", "@ai-sdk/anthropic"], "messages"),
        ("langchain", ["@langchain/openai"], "chat completions"),
        ("agents", ["@openai/agents"], "responses"),
        ("dotnet-openai", ["OpenAI"], "chat completions"),
        ("dotnet-openai-responses", ["OpenAI"], "responses"),
        ("dotnet-anthropic", ["Anthropic"], "messages"),
        ("dotnet-extensions-ai", ["Microsoft.Extensions.AI.OpenAI"], "chat completions"),
        ("dotnet-semantic-kernel", ["Microsoft.SemanticKernel.Connectors.OpenAI"], "chat completions"),
    ];

    /// <summary>Clients that have no embeddings.</summary>
    public static readonly IReadOnlySet<string> WithoutEmbeddings = new HashSet<string>
    {
        "openai-7-responses",
        "anthropic",
        "ai-anthropic",
        "agents",
        "dotnet-openai-responses",
        "dotnet-anthropic",
    };

    public override string ToString()
    {
        var text = new StringBuilder(Introduction);
        Row(text, ["client", .. ClientMatrixScenario.All.Select(s => s.Head)]);
        Row(text, ["---", .. ClientMatrixScenario.All.Select(_ => "---")]);
        foreach (var (client, packages, speaks) in Clients)
            Row(
                text,
                [
                    $"{string.Join(" + ", packages.Select(p => $"{Named(p)} {versions[p]}"))}, {speaks}",
                    .. ClientMatrixScenario.All.Select(s => Cell(client, s)),
                ]
            );
        text.Append("\n## Scenarios\n");
        Row(text, ["column", "what happens", "what its user must see", "provider calls = charges", "charged"]);
        Row(text, ["---", "---", "---", "---", "---"]);
        foreach (var s in ClientMatrixScenario.All)
            Row(
                text,
                [
                    s.Head,
                    s.About,
                    Expected(s),
                    $"{s.Calls}",
                    s switch
                    {
                        { Calls: 0 } => "nothing",
                        { Micros: { } m } => $"{m * s.Calls:N0} micro-credits",
                        _ => "an estimate of what was delivered",
                    },
                ]
            );
        return text.Append(Notes).ToString();
    }

    private const string Introduction = """
        # Clients

        Official clients, unchanged and with their own defaults, on the program: made by `ClientMatrixTests`, which fails if a cell is not as the
        scenario below says, if `smartflow reconcile` finds anything after the series, or if this page is not what it measured
        (`UPDATE=1` writes it anew). How to add a client or a scenario: `tests/clients/matrix/README.md`.

        ## What works
        A cell says how many calls the provider received / how many charges stand in the ledger; where something is raised, the class and
        status that the user catches. A dash: the client has no such thing. ✗: not as it should be.


        """;

    private const string Notes = """

        ## Notes
        - npm `ai` ends a text stream in order when the answer failed: what failed comes through `onError` and as an `error` part of `fullStream`. The cell looks there.
        - `@ai-sdk/openai-compatible` sends a schema only with `supportsStructuredOutputs: true`, which its cell sets.
        - The tool runner of `@anthropic-ai/sdk` asks for a message thread first; the program says that it keeps none, and the runner goes on with the whole history: three requests for two calls.
        - npm `ai` has no time-out of its own: its slow cells use Node's `fetch` with waits of 1.5 s in place of 300 s.
        - The slow cells are right because a repeat joins the running call: see decision 0146.

        """;

    private static string Expected(ClientMatrixScenario s) =>
        s.Sees is { } text ? $"“{text}”"
        : s.Status is { } status ? $"an error with status {status}"
        : "an error";

    private static string Named(string package) =>
        package.StartsWith("openai-", StringComparison.Ordinal) ? "openai" : package;

    private string Cell(string client, ClientMatrixScenario s)
    {
        if (!cells.TryGetValue((client, s.Name), out var cell))
            return "–";
        var (seen, count, right) = cell;
        var raised = seen.Raised
            ? seen.Status is { } status
                ? $"{seen.Sees} {status}"
                : seen.Sees
            : "";
        var counts = s.Calls == 0 && count is { Calls: 0, Charges: 0 } ? "" : $"{count.Calls} / {count.Charges}";
        return (right ? "" : "✗ ") + string.Join(", ", new[] { raised, counts }.Where(t => t.Length > 0));
    }

    private static void Row(StringBuilder text, string[] cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
