using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Memory.TurnChanges;

namespace SmartFlow.Tests.Memory;

[Collection(nameof(MemoryChangesCollection))]
public sealed class ListChangesTests(RememberingApp host)
{
    [Fact]
    public async Task Each_change_is_told_of_the_turn_that_made_it_and_taken_back()
    {
        var mei = await host.NewUserAsync();
        var conversation = (await mei.TellAsync("以后晚上十点后别给我排")).ConversationId;
        await mei.TellAsync("怎么背单词？", conversation);
        var added = (await mei.ChangesAsync(conversation)).ShouldHaveSingleItem();
        var item = (await mei.MemoriesAsync()).Single();
        (added.Text("kind"), added.Text("title"), added.Text("turn_id")).ShouldBe(
            ("added", "22:00 后不学习", item.Text("turn_id"))
        );
        await mei.TellAsync("以后晚上十一点后别给我排", conversation);
        await mei.TellAsync("我不再限制晚上十一点后了", conversation);
        var changes = await mei.ChangesAsync(conversation);
        changes.Select(c => c.Text("kind")).ShouldBe(["added", "changed", "deleted"]);
        // What was done since goes with none of them: only the last can be taken back.
        changes.Select(c => c.GetProperty("can_undo").GetBoolean()).ShouldBe([false, false, true]);
        (await UndoAsync(mei, changes[1])).ShouldBeRefused(ErrorCodes.Conflict);

        (await UndoAsync(mei, changes[2]))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("undone")
            .GetBoolean()
            .ShouldBeTrue();
        From((await mei.MemoriesAsync()).ShouldHaveSingleItem()).ShouldBe("23:00");
        (await UndoAsync(mei, changes[2])).ShouldBe(HttpStatusCode.OK);
        await mei.HeardAsync();
        (await mei.ChangesAsync(conversation))
            .Select(c => c.GetProperty("undone").GetBoolean())
            .ShouldBe([false, false, true]);
    }

    [Fact]
    public async Task What_its_owner_deleted_since_is_told_as_gone()
    {
        var mei = await host.NewUserAsync();
        var conversation = (await mei.TellAsync("I prefer mornings")).ConversationId;
        (
            await mei.DeleteAsync($"/api/v1/memory/items/{(await mei.MemoriesAsync()).Single().GetProperty("id")}")
        ).ShouldBe(HttpStatusCode.NoContent);
        var change = (await mei.ChangesAsync(conversation)).ShouldHaveSingleItem();
        (change.GetProperty("undone").GetBoolean(), change.GetProperty("can_undo").GetBoolean()).ShouldBe(
            (true, false)
        );
    }

    [Fact]
    public async Task Nobody_else_sees_or_undoes_it_and_off_means_no_word_of_it()
    {
        var (mei, li) = (await host.NewUserAsync(), await host.NewUserAsync());
        var conversation = (await mei.TellAsync("I prefer mornings")).ConversationId;
        var change = (await mei.ChangesAsync(conversation)).Single();
        (await li.ChangesAsync(conversation)).ShouldBeEmpty();
        (await UndoAsync(li, change)).ShouldBeRefused(ErrorCodes.NotFound);
        (await mei.GetAsync("/api/v1/memory/changes"))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Text.ShouldContain("conversation_id");
        (await mei.PutAsync("/api/v1/memory/settings", new { enabled = false })).ShouldBe(HttpStatusCode.OK);
        (await mei.ChangesAsync(conversation)).ShouldBeEmpty();
        (await mei.PutAsync("/api/v1/memory/settings", new { enabled = true })).ShouldBe(HttpStatusCode.OK);
        (await mei.ChangesAsync(conversation)).ShouldHaveSingleItem();
    }
}
