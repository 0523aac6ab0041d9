using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartFlow.Tests.Agent;

/// <summary>A program that dies and is started again on its data, one user of it, and what the provider, the ledger and the call log say.</summary>
public abstract class DeadAgent : IAsyncLifetime
{
    private string folder = null!;
    private string token = "";

    private protected FakeProvider Model { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Model = await FakeProvider.StartAsync();
        folder = TestFolders.New();
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await Model.DisposeAsync();
        TestFolders.Delete(folder);
    }

    /// <summary>By what was sent: the routing call has a schema, each round two messages more than the one before.</summary>
    private protected static int StepOf(ReceivedCall call) =>
        call.Body["response_format"]?["type"]?.GetValue<string>() == "json_schema" ? 0 : (call.Body["messages"]!.AsArray().Count - 2) / 2 + 1;

    private protected Task<SmartFlowProcess> StartAsync(params (string, string)[] more) => SmartFlowProcess.StartAsync(
        folder, [("Llm__BaseUrl", Model.BaseUrl), ("Llm__Model", "fake"), ("Agent__ToolProtocol", "json"), .. more]);

    private protected async Task SignUpAsync(SmartFlowProcess program)
    {
        var answer = await program.Http.PostAsync("/api/v1/auth/register", new { username = "mei", password = TestUser.DefaultPassword });
        token = answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("access_token").GetString()!;
    }

    private protected async Task<string> AskAsync(SmartFlowProcess program, object body, string key)
    {
        program.SignIn(token);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/agent/chat") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key.Replace(' ', '-'));
        using var response = await program.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }

    private protected static async Task<int> CountAsync(SmartFlowProcess program, string list) =>
        (await program.Http.GetFromJsonAsync<JsonElement>(list)).GetProperty("page").GetProperty("total").GetInt32();

    private protected static async Task<long> ChargedAsync(SmartFlowProcess program, int rows)
    {
        var charged = 0L;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var found = await program.Http.GetFromJsonAsync<JsonElement>("/api/v1/credit-store/transactions?source=charge");
                charged = -found.GetProperty("items").EnumerateArray().Sum(r => r.GetProperty("amount_micros").GetInt64());
                return found.GetProperty("page").GetProperty("total").GetInt32() == rows;
            },
            string.Create(CultureInfo.InvariantCulture, $"{rows} calls are charged"));
        return charged;
    }

    private protected static JsonElement Data(string told, string name) => All(told, name).Single();

    private protected static IEnumerable<JsonElement> All(string told, string name) =>
        told.Split($"event: {name}\n").Skip(1).Select(e => JsonSerializer.Deserialize<JsonElement>(e.Split('\n')[0]["data: ".Length..]));
}
