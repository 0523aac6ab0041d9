namespace SmartFlow.Tests.Agent;

public sealed class StopTurnTests : ScriptedAgent
{
    [Fact]
    public async Task A_stop_keeps_what_came_and_still_tells_the_cost()
    {
        var more = new TaskCompletionSource();
        Answer(route: "{\"route\":\"chat\"}", chat: "one two three four", afterFirstChunk: null, then: more.Task);
        await using var open = await OpenChat.BeginAsync(mei, new { message = "count" });
        await open.UntilAsync("status");
        await model.WhenReceivedAsync(2);
        (await mei.PostAsync($"/api/v1/agent/conversations/{open.ConversationId}/stop")).ShouldBe(
            System.Net.HttpStatusCode.Accepted
        );
        more.SetResult();
        await open.UntilAsync("done");
        open.Events.TakeLast(3).Select(e => e.Name).ShouldBe(["status", "usage", "done"]);
        open.Events[^2].Number("output_tokens").ShouldBeGreaterThan(0);
        (await mei.TimelineAsync(open.ConversationId)).Kinds().Last().ShouldBe("interrupt");
        (await mei.SayAsync("go on", open.ConversationId)).ShouldEndInOrder();
    }

    [Fact]
    public async Task A_stop_while_the_provider_hangs_ends_the_turn()
    {
        await RestartAsync(("Agent:StopDrainSeconds", "0"));
        model.Answers = call =>
            Routes(call)
                ? new FakeAnswer { Text = "{\"route\":\"chat\"}" }
                : new FakeAnswer { Text = "one two three", HangAfter = 2 };
        await using var open = await OpenChat.BeginAsync(mei, new { message = "count" });
        await open.UntilAsync("delta");
        await mei.PostAsync($"/api/v1/agent/conversations/{open.ConversationId}/stop");
        await open.UntilAsync("done");
        var timeline = await mei.TimelineAsync(open.ConversationId);
        timeline.Kinds().ShouldBe(["user_text", "assistant_text", "interrupt"]);
        timeline[1].GetProperty("payload").GetProperty("text").GetString().ShouldBe("one");
    }
}
