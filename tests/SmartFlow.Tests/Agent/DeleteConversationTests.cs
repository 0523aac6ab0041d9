using System.Net;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.Agent.Mcp;

namespace SmartFlow.Tests.Agent;

[Collection(nameof(AgentCollection))]
public sealed class DeleteConversationTests(McpHost host)
{
    [Fact]
    public async Task A_deleted_conversation_is_gone_with_all_that_was_said_and_the_others_stay()
    {
        var (mei, tom) = (await host.NewUserAsync(), await host.NewUserAsync());
        var (gone, kept) = (await mei.SayAsync("你好"), await mei.SayAsync("谢谢"));
        var path = $"/api/v1/agent/conversations/{gone.ConversationId}";
        (await tom.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.TimelineAsync(gone.ConversationId)).ShouldNotBeEmpty();

        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.DeleteAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.GetAsync(path + "/timeline")).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.SayAsync("还在吗", gone.ConversationId)).Http.ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.GetAsync("/api/v1/agent/conversations?query=你好"))
            .Json.GetProperty("items")
            .GetArrayLength()
            .ShouldBe(0);
        (await mei.TimelineAsync(kept.ConversationId)).Kinds().ShouldBe(["user_text", "assistant_text"]);
    }
}
