using System.Net;

namespace SmartFlow.Tests.Agent;

public sealed class ListConversationsTests : OfflineAgent
{
    [Fact]
    public async Task Conversations_are_named_by_their_first_words_renamed_searched_archived_and_deleted()
    {
        var first = await mei.SayAsync("怎么复习线性代数比较有效？ 我下周考试，有点紧张，想要一个好办法来安排时间");
        var second = await mei.SayAsync("hello");
        var list = (await mei.GetAsync("/api/v1/agent/conversations")).ShouldBe(HttpStatusCode.OK).Json;
        list.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(2);
        list.GetProperty("items")[0].GetProperty("id").GetInt64().ShouldBe(second.ConversationId);
        list.GetProperty("items")[1]
            .GetProperty("title")
            .GetString()
            .ShouldBe("怎么复习线性代数比较有效？ 我下周考试，有点紧张，想要一个好…");

        var path = $"/api/v1/agent/conversations/{first.ConversationId}";
        (await mei.PatchAsync(path, new { title = "线代" }))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("title")
            .GetString()
            .ShouldBe("线代");
        (await FoundAsync("query=线代")).ShouldBe([first.ConversationId]);
        (await FoundAsync("query=HELLO")).ShouldBe([second.ConversationId]);
        (await FoundAsync("query=%25")).ShouldBeEmpty();
        (await mei.PatchAsync(path, new { archived = true })).ShouldBe(HttpStatusCode.OK);
        (await FoundAsync("")).ShouldBe([second.ConversationId]);
        (await FoundAsync("archived=true")).ShouldBe([first.ConversationId]);
        (await mei.DeleteAsync(path)).ShouldBe(HttpStatusCode.NoContent);
        (await mei.GetAsync(path + "/timeline")).ShouldBeRefused(SmartFlow.Platform.Errors.ErrorCodes.NotFound);
    }

    private async Task<List<long>> FoundAsync(string query)
    {
        var answer = (await mei.GetAsync("/api/v1/agent/conversations?" + query)).ShouldBe(HttpStatusCode.OK);
        return [.. answer.Json.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("id").GetInt64())];
    }
}
