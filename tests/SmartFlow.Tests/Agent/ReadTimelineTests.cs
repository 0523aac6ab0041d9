namespace SmartFlow.Tests.Agent;

public sealed class ReadTimelineTests : OfflineAgent
{
    [Fact]
    public async Task The_timeline_has_every_number_once()
    {
        var asked = await mei.SayAsync("提醒我明天交作业");
        await mei.DecideAsync(asked, "accept");
        await mei.SayAsync("谢谢", asked.ConversationId);
        var timeline = await mei.TimelineAsync(asked.ConversationId);
        timeline
            .Select(i => i.GetProperty("seq").GetInt64())
            .ShouldBe(Enumerable.Range(1, timeline.Count).Select(i => (long)i));
        timeline
            .Kinds()
            .ShouldBe([
                "user_text",
                "assistant_text",
                "confirm_request",
                "status",
                "tool_call",
                "tool_result",
                "business_card",
                "assistant_text",
                "user_text",
                "assistant_text",
            ]);
        timeline[2].GetProperty("payload").GetProperty("status").GetString().ShouldBe("accepted");
        (await mei.TimelineAsync(asked.ConversationId, 8)).Count.ShouldBe(2);
    }
}
