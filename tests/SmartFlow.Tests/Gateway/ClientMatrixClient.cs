namespace SmartFlow.Tests.Gateway;

/// <summary>
/// What a program does with a .NET client, in that client's own way. Those of npm are in tests/clients/matrix.
/// </summary>
internal abstract class ClientMatrixClient : IDisposable
{
    protected const string Schema = """
        {"type":"object","properties":{"day":{"type":"string"},"hours":{"type":"integer"}},"required":["day","hours"],"additionalProperties":false}
        """;

    protected const string DateOnly = """{"type":"object","properties":{"date":{"type":"string"}}}""";

    /// <summary>
    /// Where the program is, whose key, which model, and its user's patience; null: the client's own.
    /// </summary>
    internal sealed record Settings(Uri Origin, string Key, string Model, TimeSpan? Patience)
    {
        public Uri V1 => new(Origin, "/v1");
    }

    /// <summary>Name, package and how to open it.</summary>
    public static readonly IReadOnlyList<(string Client, Type Package, Func<Settings, ClientMatrixClient> Open)> All =
    [
        ("dotnet-openai", typeof(OpenAI.OpenAIClient), s => new ClientMatrixOpenAi(s)),
        ("dotnet-openai-responses", typeof(OpenAI.OpenAIClient), s => new ClientMatrixResponses(s)),
        ("dotnet-anthropic", typeof(Anthropic.AnthropicClient), s => new ClientMatrixAnthropic(s)),
        (
            "dotnet-extensions-ai",
            typeof(Microsoft.Extensions.AI.OpenAIClientExtensions),
            s => new ClientMatrixExtensionsAi(s)
        ),
        (
            "dotnet-semantic-kernel",
            typeof(Microsoft.SemanticKernel.Connectors.OpenAI.OpenAIPromptExecutionSettings),
            s => new ClientMatrixSemanticKernel(s)
        ),
    ];

    public abstract Task<string> AskAsync(string text);

    public abstract Task<string> StreamAsync(string text);

    public abstract Task<string> TurnsAsync(string first, string second);

    public abstract Task<string> ToolAsync(string text);

    public abstract Task<string> StructuredAsync(string text);

    public virtual Task<string> EmbedAsync(string text) =>
        throw new NotSupportedException("The client has no embeddings.");

    /// <summary>The status that an exception of this client tells.</summary>
    public abstract int? StatusOf(Exception e);

    public virtual void Dispose() { }

    /// <summary>One scenario as its user lives it.</summary>
    public static async Task<ClientMatrixResult> RunAsync(ClientMatrixCell cell, Uri origin)
    {
        var settings = new Settings(origin, cell.Key, cell.Model, cell.Patience);
        using var client = All.Single(c => c.Client == cell.Client).Open(settings);
        try
        {
            return new ClientMatrixResult(
                cell.Client,
                cell.Scenario,
                Raised: false,
                await client.SeesAsync(cell),
                null,
                ""
            );
        }
        catch (Exception e)
        {
            return new ClientMatrixResult(
                cell.Client,
                cell.Scenario,
                Raised: true,
                e.GetType().Name,
                client.StatusOf(e),
                e.Message
            );
        }
    }

    protected static string Said(ClientMatrixPlan? plan) => $"{plan?.Day}, {plan?.Hours}";

    protected static string Said(IEnumerable<float> vector) => string.Join(' ', vector);

    private Task<string> SeesAsync(ClientMatrixCell cell) =>
        cell.Scenario switch
        {
            "streamed" or "death" or "impatient-stream" or "patient" => StreamAsync(cell.Say("Say hello.")),
            "second-turn" => TurnsAsync(cell.Say("Who are you?"), cell.Say("Who did you say?")),
            "tool-loop" => ToolAsync(cell.Say("Which day is the 27th?")),
            "structured" => StructuredAsync(cell.Say("Which day, and how long?")),
            "embeddings" => EmbedAsync(cell.Say("A text.")),
            _ => AskAsync(cell.Say("Say hello.")),
        };
}

/// <summary>What is asked for in a structure.</summary>
internal sealed record ClientMatrixPlan(string Day, int Hours);

/// <summary>What a client's user saw: the text, or the class and status of what was raised.</summary>
internal sealed record ClientMatrixResult(
    string Client,
    string Scenario,
    bool Raised,
    string Sees,
    int? Status,
    string Detail
);
