namespace SmartFlow.Tests.Agent;

/// <summary>
/// kill -9 at every stage of one request: each process does the next piece and dies. Between tool rounds with the call in hand it is
/// <see cref="DeadTurnTests"/>.
/// </summary>
public sealed class DeadStageTests : DeadAgent
{
    [Fact]
    public async Task A_request_whose_process_dies_at_every_stage_is_answered_once_and_costs_what_it_cost()
    {
        var script = new[]
        {
            """{"route":"plan","title":null,"when":null}""", """{"say":null,"calls":[{"name":"list_plans","arguments":{}}]}""",
            """{"say":null,"calls":[{"name":"create_task","arguments":{"title":"buy paper"}}]}""", """{"say":"It is noted.","calls":[]}""",
        };
        Model.Answers = call => new FakeAnswer { Text = script[StepOf(call)], PromptTokens = 1_000, CompletionTokens = 50 };
        object message = new { message = "note that I need paper" };
        await using (var first = await StartAsync()) await SignUpAsync(first);

        foreach (var fault in (string[])["turn.started", "turn.routed", "turn.kept", "turn.asked"]) await DiesAsync(fault, message, "the message");
        string asked;
        await using (var between = await StartAsync()) asked = await AskAsync(between, message, "the message");
        var (confirm, firstCost) = (Data(asked, "confirm"), Data(asked, "usage").GetProperty("credit_micros").GetInt64());
        object word = new { resume = new { interaction_id = confirm.GetProperty("interaction_id").GetString(), action = "accept" } };
        foreach (var fault in (string[])["turn.executed", "turn.closing"]) await DiesAsync(fault, word, "the word");

        await using var last = await StartAsync();
        var told = await AskAsync(last, word, "the word");
        told.ShouldContain("It is noted.");
        told.ShouldNotContain("event: error");
        (await CountAsync(last, "/api/v1/tasks")).ShouldBe(1);
        // Every death was between two calls: none was asked twice.
        Model.Received.Count.ShouldBe(4);
        (await CountAsync(last, "/api/v1/calls")).ShouldBe(4);
        (firstCost + Data(told, "usage").GetProperty("credit_micros").GetInt64()).ShouldBe(await ChargedAsync(last, 4));
    }

    [Fact]
    public async Task An_answer_whose_process_dies_while_it_is_delivered_is_delivered_and_charged_once()
    {
        var (hangs, half) = (true, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Model.Answers = call => call.Body["response_format"] is not null
            ? new FakeAnswer { Text = """{"route":"chat","title":null,"when":null}""", PromptTokens = 1_000, CompletionTokens = 50 }
            : new FakeAnswer
            {
                Text = "one two three four five six", PromptTokens = 1_000, CompletionTokens = 50,
                BeforeChunk = async chunk =>
                {
                    if (!hangs || chunk < 3) return;
                    half.TrySetResult();
                    await Task.Delay(Timeout.Infinite);
                },
            };
        object message = new { message = "hello" };
        await using (var first = await StartAsync())
        {
            await SignUpAsync(first);
            var asking = AskAsync(first, message, "hello");
            await half.Task;
            await first.KillAsync();
            await Should.ThrowAsync<Exception>(asking);
        }
        hangs = false;

        await using var second = await StartAsync();
        var told = await AskAsync(second, message, "hello");
        string.Concat(All(told, "delta").Select(d => d.GetProperty("text").GetString())).ShouldBe("one two three four five six");
        (await CountAsync(second, "/api/v1/calls")).ShouldBe(2);
        var cost = Data(told, "usage");
        cost.GetProperty("settled").GetBoolean().ShouldBeTrue();
        cost.GetProperty("credit_micros").GetInt64().ShouldBe(await ChargedAsync(second, 2));
        (await AskAsync(second, message, "hello")).ShouldContain("six");
        Model.Received.Count.ShouldBe(3);
    }

    private async Task DiesAsync(string fault, object body, string key)
    {
        await using var program = await StartAsync(("SMARTFLOW_FAULT", fault));
        try
        {
            await AskAsync(program, body, key);
        }
        catch (HttpRequestException)
        {
            // It died, which is what it was started for.
        }
        await program.DiedAsync(fault);
    }
}
