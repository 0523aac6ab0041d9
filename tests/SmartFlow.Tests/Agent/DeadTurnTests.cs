using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartFlow.Tests.Agent;

/// <summary>kill -9 between any two rounds: the conversation goes on, nothing is done twice, nothing is charged twice.</summary>
public sealed class DeadTurnTests : IAsyncLifetime
{
    private FakeProvider model = null!;
    private string folder = null!;
    private string token = "";

    public async ValueTask InitializeAsync()
    {
        model = await FakeProvider.StartAsync();
        folder = TestFolders.New();
    }

    public async ValueTask DisposeAsync()
    {
        await model.DisposeAsync();
        TestFolders.Delete(folder);
    }

    /// <param name="calls">Calls that the provider has received when the process is killed; the last is not answered.</param>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_turn_whose_process_is_killed_goes_on_by_its_key(int calls)
    {
        // Routing, a look at the week, a change that is allowed for good, and the answer.
        var script = new (string Say, string? Call)[]
        {
            ("""{"route":"plan","title":null,"when":null}""", null), ("", """{"name":"list_plans","arguments":{}}"""),
            ("", """{"name":"create_task","arguments":{"title":"buy paper"}}"""), ("It is noted.", null),
        };
        var killed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        model.Answers = call => new FakeAnswer
        {
            Text = Text(script[StepOf(call)]), PromptTokens = 1_000, CompletionTokens = 50,
            BeforeStatus = () => StepOf(call) == calls - 1 ? killed.Task : Task.CompletedTask,
        };
        await using (var first = await StartAsync())
        {
            await SignUpAsync(first);
            var asking = AskAsync(first);
            await model.WhenReceivedAsync(calls);
            await first.KillAsync();
            await Should.ThrowAsync<Exception>(asking);
        }
        killed.SetResult();

        await using var second = await StartAsync();
        var told = await AskAsync(second);
        told.ShouldContain("It is noted.");
        told.ShouldNotContain("event: error");
        second.SignIn(token);
        var tasks = await second.Http.GetFromJsonAsync<JsonElement>("/api/v1/tasks");
        tasks.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(1);
        var usage = JsonSerializer.Deserialize<JsonElement>(told.Split("event: usage\n")[1].Split('\n')[0]["data: ".Length..]);
        var charged = 0L;
        await Eventually.IsTrueAsync(
            async () =>
            {
                var rows = await second.Http.GetFromJsonAsync<JsonElement>("/api/v1/credit-store/transactions?source=charge");
                charged = -rows.GetProperty("items").EnumerateArray().Sum(r => r.GetProperty("amount_micros").GetInt64());
                return rows.GetProperty("page").GetProperty("total").GetInt32() == 4;
            },
            "four calls are charged");
        charged.ShouldBe(4 * 400_000);
        usage.GetProperty("credit_micros").GetInt64().ShouldBe(charged);
        // The call in hand is asked again; those before it are not.
        model.Received.Count.ShouldBe(5);
        (await AskAsync(second)).ShouldContain("It is noted.");
        model.Received.Count.ShouldBe(5);

        static string Text((string Say, string? Call) step) =>
            step.Call is null && !step.Say.StartsWith('{') ? JsonSerializer.Serialize(new { say = step.Say }) : step.Call is { } call ? $"{{\"say\":null,\"calls\":[{call}]}}" : step.Say;

        // By what was sent: the routing call has a schema, each round two messages more than the one before.
        static int StepOf(ReceivedCall call) =>
            call.Body["response_format"]?["type"]?.GetValue<string>() == "json_schema" ? 0 : (call.Body["messages"]!.AsArray().Count - 2) / 2 + 1;
    }

    private Task<SmartFlowProcess> StartAsync() => SmartFlowProcess.StartAsync(
        folder, ("Llm__BaseUrl", model.BaseUrl), ("Llm__Model", "fake"), ("Agent__ToolProtocol", "json"));

    private async Task SignUpAsync(SmartFlowProcess program)
    {
        var answer = await program.Http.PostAsync("/api/v1/auth/register", new { username = "mei", password = TestUser.DefaultPassword });
        token = answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("access_token").GetString()!;
        program.SignIn(token);
    }

    private async Task<string> AskAsync(SmartFlowProcess program)
    {
        program.SignIn(token);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/agent/chat")
        {
            Content = JsonContent.Create(new { message = "note that I need paper", always_allow = true }),
        };
        request.Headers.Add("Idempotency-Key", "the-one");
        using var response = await program.Http.SendAsync(request);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        return await response.Content.ReadAsStringAsync();
    }
}
