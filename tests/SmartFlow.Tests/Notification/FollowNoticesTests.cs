using System.Net;

namespace SmartFlow.Tests.Notification;

public sealed class FollowNoticesTests
{
    [Fact]
    public async Task Who_looks_at_the_centre_hears_at_once()
    {
        await using var f = await NotificationFixture.StartAsync();
        using var answer = await f.User.Http.GetAsync(
            NotificationFixture.Centre + "/stream",
            HttpCompletionOption.ResponseHeadersRead
        );
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        async Task<string> NextAsync()
        {
            string? line;
            do line = await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10));
            while (line?.StartsWith("data: ", StringComparison.Ordinal) == false);
            return line!;
        }
        (await NextAsync()).ShouldBe("""data: {"unread":0,"last_id":0}""");
        await f.TellAsync("e1");
        (await NextAsync()).ShouldStartWith("""data: {"unread":1,""");
        (await f.User.PostAsync(NotificationFixture.Centre + "/read-all")).ShouldBe(HttpStatusCode.NoContent);
        (await NextAsync()).ShouldStartWith("""data: {"unread":0,""");

        // Who signs out hears no more of it.
        (await f.User.PostAsync("/api/v1/auth/logout")).ShouldBe(HttpStatusCode.NoContent);
        await f.TellAsync("e2");
        (await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10))).Trim().ShouldBeEmpty();
    }
}
