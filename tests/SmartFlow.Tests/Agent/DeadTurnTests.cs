using System.Text.Json;

namespace SmartFlow.Tests.Agent;

/// <summary>kill -9 between any two rounds: the conversation goes on, nothing is done twice, nothing is charged twice.</summary>
public sealed class DeadTurnTests : DeadAgent
{
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
        Model.Answers = call => new FakeAnswer
        {
            Text = Text(script[StepOf(call)]), PromptTokens = 1_000, CompletionTokens = 50,
            BeforeStatus = () => StepOf(call) == calls - 1 ? killed.Task : Task.CompletedTask,
        };
        await using (var first = await StartAsync())
        {
            await SignUpAsync(first);
            var asking = AskAsync(first);
            await Model.WhenReceivedAsync(calls);
            await first.KillAsync();
            await Should.ThrowAsync<Exception>(asking);
        }
        killed.SetResult();

        await using var second = await StartAsync();
        var told = await AskAsync(second);
        told.ShouldContain("It is noted.");
        told.ShouldNotContain("event: error");
        (await CountAsync(second, "/api/v1/tasks")).ShouldBe(1);
        var charged = await ChargedAsync(second, 4);
        charged.ShouldBe(4 * 400_000);
        Data(told, "usage").GetProperty("credit_micros").GetInt64().ShouldBe(charged);
        // The call in hand is asked again; those before it are not.
        Model.Received.Count.ShouldBe(5);
        (await AskAsync(second)).ShouldContain("It is noted.");
        Model.Received.Count.ShouldBe(5);

        static string Text((string Say, string? Call) step) =>
            step.Call is null && !step.Say.StartsWith('{') ? JsonSerializer.Serialize(new { say = step.Say }) : step.Call is { } call ? $"{{\"say\":null,\"calls\":[{call}]}}" : step.Say;
    }

    private Task<string> AskAsync(SmartFlowProcess program) =>
        AskAsync(program, new { message = "note that I need paper", always_allow = true }, "the one");
}
