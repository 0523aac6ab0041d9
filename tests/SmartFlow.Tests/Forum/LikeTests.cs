using Microsoft.Extensions.DependencyInjection;

namespace SmartFlow.Tests.Forum;

/// <summary>Likes of many at once.</summary>
public sealed class LikeTests(PostgresServer postgres)
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Two_hundred_likes_at_once_are_one_for_each_user(bool onPostgres)
    {
        const int users = 200;
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var mei = await app.SignUpWithNameAsync("mei");
        var post = await mei.PublishAsync();
        var likes = app.Services.GetRequiredService<SmartFlow.Forum.Likes.LikePost>();
        // Every user twice at once, so that both halves race for the same row, too.
        await Task.WhenAll(
            Enumerable
                .Range(0, 2 * users)
                .Select(i => Task.Run(() => likes.LikeAsync(post, (ulong)(1_000 + (i % users)), default)))
        );
        (await mei.PostAsync(post)).GetProperty("like_count").GetInt32().ShouldBe(users);
        await Task.WhenAll(
            Enumerable
                .Range(0, users)
                .Select(i => Task.Run(() => likes.UnlikeAsync(post, (ulong)(1_000 + (i / 2)), default)))
        );
        (await mei.PostAsync(post)).GetProperty("like_count").GetInt32().ShouldBe(users / 2);
        (await app.AuditAsync()).ShouldBeEmpty();
    }
}
