using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfReaders))]
public sealed class ForgetUserTests(Plaza plaza)
{
    [Fact]
    public async Task A_deleted_account_leaves_its_words_without_a_name_and_takes_its_deeds_along()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var (hers, his) = (await mei.PublishAsync("她的计划书"), await li.PublishAsync("他的计划书"));
        await mei.LikeAsync(his);
        (await mei.TryImportAsync(his)).ShouldBe(HttpStatusCode.Created);
        var comment = await mei.CommentAsync(his, "谢谢分享");
        await li.CommentAsync(his, "不客气", comment);
        await li.CommentAsync(hers, "我也想这样做");
        var (alone, lonely) = (await mei.PublishAsync("没人回应的计划书"), await mei.CommentAsync(his, "没人回应的话"));
        var gone = new BusEvent(
            "gone-1",
            EventNames.UserDeleted,
            $"{mei.Id}",
            EventJson.Write(new UserDeleted { UserId = mei.Id }),
            "",
            DateTimeOffset.UnixEpoch
        );
        for (var i = 0; i < 2; i++)
            await plaza
                .App.Services.GetRequiredService<IBus>()
                .PublishAsync(Topics.UserAuth, [gone with { EventId = $"gone-{i}" }], default);

        (await li.GetAsync($"{Square}/authors/{mei.Id}")).ShouldBeRefused(ErrorCodes.NotFound);
        var post = await li.PostAsync(hers);
        post.GetProperty("author").ValueKind.ShouldBe(System.Text.Json.JsonValueKind.Null);
        (await li.LikeAsync(hers)).ShouldBe(HttpStatusCode.OK);
        var left = await li.PostAsync(his);
        (
            left.GetProperty("like_count").GetInt32(),
            left.GetProperty("import_count").GetInt32(),
            left.GetProperty("comment_count").GetInt32()
        ).ShouldBe((0, 0, 2));
        // What nobody answered is gone, and so are the words of it.
        (await li.GetAsync($"{Square}/posts/{alone}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await li.GetAsync($"{Square}/comments/{lonely}")).Text.ShouldNotContain("没人回应");
        (await li.GetAsync($"{Square}/comments/{comment}")).Text.ShouldNotContain(mei.Name);
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }
}
