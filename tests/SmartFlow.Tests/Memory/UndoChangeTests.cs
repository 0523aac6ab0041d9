using System.Net;
using static SmartFlow.Tests.Memory.TurnChanges;

namespace SmartFlow.Tests.Memory;

[Collection(nameof(MemoryChangesCollection))]
public sealed class UndoChangeTests(RememberingApp host)
{
    [Fact]
    public async Task What_was_changed_is_as_before_and_what_was_added_is_gone()
    {
        var mei = await host.NewUserAsync();
        var conversation = (await mei.TellAsync("以后晚上十点后别给我排")).ConversationId;
        var before = (await mei.MemoriesAsync()).Single();
        await mei.TellAsync("以后晚上十一点后别给我排", conversation);
        (await UndoAsync(mei, (await mei.ChangesAsync(conversation))[1])).ShouldBe(HttpStatusCode.OK);
        var after = (await mei.MemoriesAsync()).ShouldHaveSingleItem();
        From(after).ShouldBe("22:00");
        foreach (var name in (string[])["id", "type", "title", "content", "turn_id", "explicit", "importance"])
            after.GetProperty(name).ToString().ShouldBe(before.GetProperty(name).ToString(), name);

        var other = (await mei.TellAsync("我是大二学生")).ConversationId;
        var fact = (await mei.ChangesAsync(other)).ShouldHaveSingleItem();
        (await UndoAsync(mei, fact)).ShouldBe(HttpStatusCode.OK);
        (await mei.MemoriesAsync("?type=fact")).ShouldBeEmpty();
        // By hand: what is only supposed does not bring it back.
        (await mei.MemoriesAsync("?status=deleted")).ShouldHaveSingleItem();
    }
}
