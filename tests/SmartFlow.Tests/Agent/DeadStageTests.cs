using System.Text.Json.Nodes;

namespace SmartFlow.Tests.Agent;

/// <summary>
/// kill -9 at every stage of one request and of what goes on with it: a budget that is raised, a no with a wish, a yes.
/// Between tool rounds with the call in hand it is <see cref="DeadTurnTests"/>.
/// </summary>
public sealed class DeadStageTests : DeadAgent
{
    private static readonly string[] Script =
    [
        """{"route":"plan","title":null,"when":null}""",
        """{"say":null,"calls":[{"name":"list_plans","arguments":{}}]}""",
        """{"say":null,"calls":[{"name":"list_tasks","arguments":{}}]}""",
        """{"say":null,"calls":[{"name":"credit","arguments":{}}]}""",
        """{"say":null,"calls":[{"name":"create_task","arguments":{"title":"buy ink"}}]}""",
        """{"say":null,"calls":[{"name":"create_task","arguments":{"title":"buy paper"}}]}""",
        """{"say":"It is noted.","calls":[]}""",
    ];

    /// <summary>Three calls of 0.4.</summary>
    private protected override string Budget => "1";

    [Fact]
    public async Task A_request_whose_process_dies_at_every_stage_and_in_every_continuation_is_answered_once_and_costs_what_it_cost()
    {
        Model.Answers = call => new FakeAnswer
        {
            Text = Script[StepOf(call)],
            PromptTokens = 1_000,
            CompletionTokens = 50,
        };
        object message = new { message = "note that I need paper" };
        foreach (var fault in (string[])["turn.started", "turn.routed", "turn.kept", "turn.limited"])
            await DiesAsync(fault, message, "the message");

        // It asks whether it goes on. The word raises the budget of the turn that goes on, which dies when it was
        // taken.
        string asked;
        object goOn;
        await using (var program = await StartAsync("turn.started:2"))
        {
            asked = await AskAsync(program, message, "the message");
            Data(asked, "confirm").GetProperty("tool").GetString().ShouldBe("go_on");
            Model.Received.Count.ShouldBe(3);
            goOn = Word(asked, "accept", budget: 2);
            await DiesAsync(program, "turn.started:2", goOn, "go on");
        }
        foreach (var fault in (string[])["turn.kept", "turn.asked"])
            await DiesAsync(fault, goOn, "go on");

        // It asks for a change. The no has a wish, which leads to another; the yes makes that one.
        string proposed;
        object no;
        await using (var program = await StartAsync("turn.executed"))
        {
            proposed = await AskAsync(program, goOn, "go on");
            no = Word(proposed, "reject", "paper, not ink");
            await DiesAsync(program, "turn.executed", no, "the no");
        }
        string again;
        object yes;
        await using (var program = await StartAsync("turn.executed:2"))
        {
            again = await AskAsync(program, no, "the no");
            yes = Word(again, "accept");
            await DiesAsync(program, "turn.executed:2", yes, "the yes");
        }
        await DiesAsync("turn.closing", yes, "the yes");

        await using var last = await StartAsync();
        var told = await AskAsync(last, yes, "the yes");
        told.ShouldContain("It is noted.");
        string[] turns = [asked, proposed, again, told];
        turns.ShouldAllBe(t => !t.Contains("event: error"));
        (await ItemsAsync(last, "/api/v1/tasks"))
            .ShouldHaveSingleItem()
            .GetProperty("title")
            .GetString()
            .ShouldBe("buy paper");
        // Every death was between two calls: none was asked twice.
        Model.Received.Select(StepOf).ShouldBe([0, 1, 2, 3, 4, 5, 6]);
        (await CountAsync(last, "/api/v1/calls")).ShouldBe(7);
        turns.Sum(t => Data(t, "usage").GetProperty("credit_micros").GetInt64()).ShouldBe(await ChargedAsync(last, 7));
        // What was asked, and what was said, stands once.
        var timeline = await TimelineAsync(last);
        timeline.Count(i => i.Kind == "confirm_request").ShouldBe(3);
        timeline.Count(i => i.Kind == "user_text").ShouldBe(2);
        timeline.Count(i => i.Kind == "assistant_text" && i.Text == "It is noted.").ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_whose_process_dies_while_it_is_delivered_is_delivered_and_charged_once()
    {
        var (hangs, half) = (true, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Model.Answers = call =>
            call.Body["response_format"] is not null
                ? new FakeAnswer
                {
                    Text = """{"route":"chat","title":null,"when":null}""",
                    PromptTokens = 1_000,
                    CompletionTokens = 50,
                }
                : new FakeAnswer
                {
                    Text = "one two three four five six",
                    PromptTokens = 1_000,
                    CompletionTokens = 50,
                    BeforeChunk = async chunk =>
                    {
                        if (!hangs || chunk < 3)
                            return;
                        half.TrySetResult();
                        await Task.Delay(Timeout.Infinite);
                    },
                };
        object message = new { message = "hello" };
        await using (var first = await StartAsync())
        {
            var asking = AskAsync(first, message, "hello");
            await half.Task;
            await first.KillAsync();
            await Should.ThrowAsync<Exception>(asking);
        }
        hangs = false;

        // Whoever takes the broken stream up again hears that it broke; the same request goes on with it.
        await using var second = await StartAsync();
        var conversation = await ConversationAsync(second);
        var broken = await FollowAsync(second, conversation, 1);
        Data(broken, "status").GetProperty("reason").GetString().ShouldBe("lost");
        All(broken, "delta").ShouldBeEmpty();
        var told = await AskAsync(second, message, "hello");
        SaidIn(told).ShouldBe("one two three four five six");
        // From where the stream broke on the answer is told once, by whatever way.
        SaidIn(await FollowAsync(second, conversation, 1)).ShouldBe("one two three four five six");
        SaidIn(await FollowAsync(second, conversation, (await TimelineAsync(second))[^1].Seq)).ShouldBeEmpty();
        (await CountAsync(second, "/api/v1/calls")).ShouldBe(2);
        var cost = Data(told, "usage");
        cost.GetProperty("settled").GetBoolean().ShouldBeTrue();
        cost.GetProperty("credit_micros").GetInt64().ShouldBe(await ChargedAsync(second, 2));
        (await AskAsync(second, message, "hello")).ShouldContain("six");
        Model.Received.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_plain_no_whose_process_dies_before_its_turn_ends_is_answered_once()
    {
        Model.Answers = call => new FakeAnswer
        {
            Text = Script[StepOf(call) == 0 ? 0 : 4],
            PromptTokens = 1_000,
            CompletionTokens = 50,
        };
        object no;
        await using (var program = await StartAsync("turn.closing:2"))
        {
            no = Word(await AskAsync(program, new { message = "note that I need ink" }, "the message"), "reject");
            await DiesAsync(program, "turn.closing:2", no, "the no");
        }
        await using var last = await StartAsync();
        await AskAsync(last, no, "the no");
        (await TimelineAsync(last))
            .Count(i => i.Kind == "assistant_text" && i.Text.Contains("nothing", StringComparison.OrdinalIgnoreCase))
            .ShouldBe(1);
        (await CountAsync(last, "/api/v1/tasks")).ShouldBe(0);
    }

    private async Task DiesAsync(string fault, object body, string key)
    {
        await using var program = await StartAsync(fault);
        await DiesAsync(program, fault, body, key);
    }

    private static JsonObject Word(string asked, string action, string? comment = null, decimal? budget = null) =>
        new JsonObject
        {
            ["resume"] = new JsonObject
            {
                ["interaction_id"] = Data(asked, "confirm").GetProperty("interaction_id").GetString(),
                ["action"] = action,
                ["comment"] = comment,
            },
            ["budget_credit"] = budget,
        };

    private static string SaidIn(string told) =>
        string.Concat(All(told, "delta").Select(d => d.GetProperty("text").GetString()));
}
