namespace SmartFlow.Tests.Agent;

public sealed class FollowTurnTests : OfflineAgent
{
    [Fact]
    public async Task A_broken_stream_resumes_after_the_last_number_seen()
    {
        var asked = await mei.SayAsync("提醒我明天交作业");
        var resumed = (await mei.FollowAsync(asked.ConversationId, 1)).ShouldEndInOrder();
        resumed.Text.ShouldBe(asked.Text);
        resumed.One("confirm").Text("interaction_id").ShouldBe(asked.One("confirm").Text("interaction_id"));
        resumed.One("usage").Number("credit_micros").ShouldBe(asked.One("usage").Number("credit_micros"));
        (await mei.FollowAsync(asked.ConversationId, asked.Events[^1].Seq))
            .Events.Select(e => e.Name)
            .ShouldBe(["usage", "done"]);
    }
}
