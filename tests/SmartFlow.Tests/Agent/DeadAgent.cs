using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartFlow.Tests.Agent;

/// <summary>
/// A program that dies and is started again on its data, one user of it, and what the provider, the ledger and the call
/// log say. Every start costs seconds: each process does the next piece and dies, and its user was there before the
/// first.
/// </summary>
public abstract class DeadAgent : IAsyncLifetime
{
    private string folder = null!;
    private string token = "";

    private protected FakeProvider Model { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Model = await FakeProvider.StartAsync();
        folder = await MigratedFolder.NewAsync();
        await using var app = await SmartFlowApp.StartAsync(s => s.DataFolder = folder);
        token = (await app.SignUpAsync()).AccessToken;
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Model.DisposeAsync();
        TestFolders.Delete(folder);
    }

    /// <summary>
    /// By what was sent: the routing call has a schema, each round two messages more than the one before.
    /// </summary>
    private protected static int StepOf(ReceivedCall call) =>
        call.Body["response_format"]?["type"]?.GetValue<string>() == "json_schema"
            ? 0
            : (call.Body["messages"]!.AsArray().Count - 2) / 2 + 1;

    /// <param name="fault">Where it dies; null: nowhere.</param>
    private protected async Task<SmartFlowProcess> StartAsync(string? fault = null)
    {
        var program = await SmartFlowProcess.StartAsync(
            folder,
            ("Llm__BaseUrl", Model.BaseUrl),
            ("Llm__Model", "fake"),
            ("Agent__ToolProtocol", "json"),
            ("Agent__TurnBudgetCredits", Budget),
            ("SMARTFLOW_FAULT", fault ?? "")
        );
        program.SignIn(token);
        return program;
    }

    /// <summary>What a turn may cost, in Credit, before it asks.</summary>
    private protected virtual string Budget => "10";

    /// <summary>The next piece of a request, up to the death that it is to be.</summary>
    private protected async Task DiesAsync(SmartFlowProcess program, string fault, object body, string key)
    {
        try
        {
            await AskAsync(program, body, key);
        }
        catch (HttpRequestException)
        {
            // It died, which is what it was started for.
        }
        await program.DiedAsync(fault.Split(':')[0]);
    }

    private protected async Task<string> AskAsync(SmartFlowProcess program, object body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/agent/chat")
        {
            Content = JsonContent.Create(body),
        };
        request.Headers.Add("Idempotency-Key", key.Replace(' ', '-'));
        using var response = await program.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }

    private protected static async Task<List<JsonElement>> ItemsAsync(SmartFlowProcess program, string list) =>
        [.. (await program.Http.GetFromJsonAsync<JsonElement>(list)).GetProperty("items").EnumerateArray()];

    private protected static async Task<int> CountAsync(SmartFlowProcess program, string list) =>
        (await program.Http.GetFromJsonAsync<JsonElement>(list)).GetProperty("page").GetProperty("total").GetInt32();

    private protected static async Task<long> ChargedAsync(SmartFlowProcess program, int rows)
    {
        var charged = 0L;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var found = await program.Http.GetFromJsonAsync<JsonElement>(
                    "/api/v1/credit-store/transactions?source=charge"
                );
                charged = -found
                    .GetProperty("items")
                    .EnumerateArray()
                    .Sum(r => r.GetProperty("amount_micros").GetInt64());
                return found.GetProperty("page").GetProperty("total").GetInt32() == rows;
            },
            string.Create(CultureInfo.InvariantCulture, $"{rows} calls are charged")
        );
        return charged;
    }

    /// <summary>A stream that is taken up again behind what was seen of it.</summary>
    private protected static Task<string> FollowAsync(SmartFlowProcess program, long conversation, long afterSeq) =>
        program.Http.GetStringAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"/api/v1/agent/conversations/{conversation}/stream?after_seq={afterSeq}"
            )
        );

    /// <summary>The user's only conversation.</summary>
    private protected static async Task<long> ConversationAsync(SmartFlowProcess program) =>
        (await ItemsAsync(program, "/api/v1/agent/conversations")).Single().GetProperty("id").GetInt64();

    /// <summary>What that conversation has kept.</summary>
    private protected static async Task<List<(long Seq, string Kind, string Text)>> TimelineAsync(
        SmartFlowProcess program
    )
    {
        var conversation = await ConversationAsync(program);
        var path = string.Create(CultureInfo.InvariantCulture, $"/api/v1/agent/conversations/{conversation}/timeline");
        return
        [
            .. (await ItemsAsync(program, path)).Select(i =>
                (
                    i.GetProperty("seq").GetInt64(),
                    i.GetProperty("kind").GetString()!,
                    i.GetProperty("payload").TryGetProperty("text", out var text) ? text.GetString() ?? "" : ""
                )
            ),
        ];
    }

    private protected static JsonElement Data(string told, string name) => All(told, name).Single();

    private protected static IEnumerable<JsonElement> All(string told, string name) =>
        told.Split($"event: {name}\n")
            .Skip(1)
            .Select(e => JsonSerializer.Deserialize<JsonElement>(e.Split('\n')[0]["data: ".Length..]));
}
