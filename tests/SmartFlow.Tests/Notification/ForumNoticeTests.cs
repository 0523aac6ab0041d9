using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Notification.Centre;
using SmartFlow.Platform.Bus;
using SmartFlow.Tests.Forum;

namespace SmartFlow.Tests.Notification;

/// <summary>What happens to one's posts is told to their author, and never to who did it.</summary>
[Collection(nameof(PlazaOfNotices))]
public sealed class ForumNoticeTests(Plaza plaza)
{
    [Fact]
    public async Task Likes_comments_answers_and_imports_are_told_to_those_whom_they_concern()
    {
        var (author, reader) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var post = await author.PublishAsync();
        (await reader.LikeAsync(post)).ShouldBe(HttpStatusCode.OK);
        var comment = (await reader.TryCommentAsync(post, "写得真好"))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("id")
            .GetInt64();
        (await author.TryCommentAsync(post, "谢谢", comment)).ShouldBe(HttpStatusCode.Created);
        await Eventually.IsTrueAsync(
            async () => (await KindsAsync(author)).Length == 2 && (await KindsAsync(reader)).Length == 1,
            "the notices"
        );
        (await KindsAsync(author)).ShouldBe(["forum.post.commented", "forum.post.liked"], ignoreOrder: true);
        (await KindsAsync(reader)).ShouldBe(["forum.post.commented"]);
        var told = (await author.GetAsync(NotificationFixture.Centre))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single(i => i.GetProperty("kind").GetString() == "forum.post.commented")
            .GetProperty("data");
        told.GetProperty("excerpt").GetString().ShouldBe("写得真好");
        told.GetProperty("post_id").GetInt64().ShouldBe(post);
    }

    [Fact]
    public async Task A_module_that_asks_for_a_message_gets_one()
    {
        var mei = await plaza.NewUserAsync();
        var consumer = plaza.App.Services.GetServices<IConsumer>().OfType<TellOfRequests>().Single();
        byte[] Payload(string title) =>
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    user_id = mei.Id,
                    title,
                    text = "今晚有空，可以补上",
                    path = "/today",
                }
            );
        BusEvent Event(string id, string title) =>
            new(id, "notification.feishu.requested", $"{mei.Id}", Payload(title), "", plaza.App.Clock.GetUtcNow());
        var outcomes = await consumer.HandleAsync(
            [Event("s1", "有任务没排上"), Event("s1", "有任务没排上"), Event("s2", "")],
            default
        );
        outcomes[0].ShouldBeNull();
        outcomes[1].ShouldBeNull();
        outcomes[2].ShouldNotBeNull();
        (await KindsAsync(mei)).ShouldBe(["notification.feishu.requested"]);
    }

    private static async Task<string[]> KindsAsync(TestUser user) =>
        [
            .. (await user.GetAsync(NotificationFixture.Centre))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray()
                .Select(i => i.GetProperty("kind").GetString()!),
        ];
}
