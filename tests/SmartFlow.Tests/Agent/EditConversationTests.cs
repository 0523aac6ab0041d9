using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Agent.Mcp;

namespace SmartFlow.Tests.Agent;

[Collection(nameof(AgentCollection))]
public sealed class EditConversationTests(McpHost host)
{
    [Fact]
    public async Task What_is_named_is_changed_and_what_is_absent_stays()
    {
        var (mei, tom) = (await host.NewUserAsync(), await host.NewUserAsync());
        var said = await mei.SayAsync("你好");
        var path = $"/api/v1/agent/conversations/{said.ConversationId}";
        (await tom.PatchAsync(path, new { title = "mine" })).ShouldBeRefused(ErrorCodes.NotFound);
        (string Field, object Body)[] cases =
        [
            ("title", new { title = " ", archived = true }),
            ("title", new { title = "a\nb" }),
            ("turn_budget_credit", new { turn_budget_credit = -1 }),
        ];
        foreach (var (field, body) in cases)
            (await mei.PatchAsync(path, body))
                .ShouldBeRefused(ErrorCodes.InvalidArgument)
                .Json.GetProperty("errors")
                .TryGetProperty(field, out _)
                .ShouldBeTrue(field);
        var kept = (await mei.GetAsync("/api/v1/agent/conversations"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .ShouldHaveSingleItem();
        kept.GetProperty("title").GetString().ShouldBe("你好");

        var named = (await mei.PatchAsync(path, new { title = " 线代 " })).ShouldBe(HttpStatusCode.OK).Json;
        (
            named.GetProperty("title").GetString(),
            named.GetProperty("archived").GetBoolean(),
            named.GetProperty("always_allow").GetBoolean()
        ).ShouldBe(("线代", false, false));
        var allowed = (await mei.PatchAsync(path, new { always_allow = true, archived = true })).Json;
        (
            allowed.GetProperty("title").GetString(),
            allowed.GetProperty("archived").GetBoolean(),
            allowed.GetProperty("always_allow").GetBoolean()
        ).ShouldBe(("线代", true, true));
        (await mei.SayAsync("提醒我明天交作业", said.ConversationId)).All("confirm").ShouldBeEmpty();
        (await mei.TasksAsync()).Count.ShouldBe(1);
    }
}
