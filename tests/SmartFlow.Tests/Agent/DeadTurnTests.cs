namespace SmartFlow.Tests.Agent;

/// <summary>
/// kill -9 between any two rounds: the conversation goes on, nothing is done twice, nothing is charged twice.
/// </summary>
public sealed class DeadTurnTests : DeadAgent
{
    [Fact]
    public async Task A_turn_whose_process_is_killed_in_each_of_its_calls_goes_on_by_its_key()
    {
        // Routing, a look at the week, a change that is allowed for good, and the answer.
        string[] script =
        [
            """{"route":"plan","title":null,"when":null}""",
            """{"say":null,"calls":[{"name":"list_plans","arguments":{}}]}""",
            """{"say":null,"calls":[{"name":"create_task","arguments":{"title":"buy paper"}}]}""",
            """{"say":"It is noted."}""",
        ];
        var (answered, killed) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Model.Answers = call => new FakeAnswer
        {
            Text = script[StepOf(call)],
            PromptTokens = 1_000,
            CompletionTokens = 50,
            BeforeStatus = () => StepOf(call) < answered ? Task.CompletedTask : killed.Task,
        };
        // Each process is answered one call more than the one before, and dies in the next.
        for (; answered < script.Length; answered++)
        {
            await using var program = await StartAsync();
            var asking = AskAsync(program);
            await Model.WhenReceivedAsync(2 * answered + 1);
            await program.KillAsync();
            await Should.ThrowAsync<Exception>(asking);
        }
        killed.SetResult();

        await using var last = await StartAsync();
        var told = await AskAsync(last);
        told.ShouldContain("It is noted.");
        told.ShouldNotContain("event: error");
        (await CountAsync(last, "/api/v1/tasks")).ShouldBe(1);
        var charged = await ChargedAsync(last, 4);
        charged.ShouldBe(4 * 400_000);
        Data(told, "usage").GetProperty("credit_micros").GetInt64().ShouldBe(charged);
        // Each call in hand was asked again; those before it were not.
        Model.Received.Select(StepOf).ShouldBe([0, 0, 1, 1, 2, 2, 3, 3]);
        (await AskAsync(last)).ShouldContain("It is noted.");
        Model.Received.Count.ShouldBe(8);
    }

    private Task<string> AskAsync(SmartFlowProcess program) =>
        AskAsync(program, new { message = "note that I need paper", always_allow = true }, "the one");
}
