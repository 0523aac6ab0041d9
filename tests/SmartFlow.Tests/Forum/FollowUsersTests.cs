using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Forum;
using SmartFlow.Platform.Bus;

namespace SmartFlow.Tests.Forum;

public sealed class FollowUsersTests
{
    [Fact]
    public async Task A_repeat_that_comes_late_brings_back_no_old_name()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var events = new List<BusEvent>();
        await using (
            var db = await app.Services.GetRequiredService<IDbContextFactory<ForumDb>>().CreateDbContextAsync()
        )
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO members (user_id, name, updated_at) VALUES ({(long)mei.Id}, 'nobody', 0)"
            );
        foreach (var name in new[] { "Old", "New" })
        {
            (await mei.PatchAsync("/api/v1/auth/me", new { display_name = name })).ShouldBe(
                System.Net.HttpStatusCode.OK
            );
            await Eventually.IsTrueAsync(async () => await NameAsync() == name, $"the plaza says {name}");
            events.Add(
                new BusEvent(
                    name,
                    EventNames.UserRenamed,
                    mei.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                    SmartFlow.Platform.Outbox.EventJson.Write(new UserRenamed { UserId = mei.Id, DisplayName = name }),
                    "",
                    app.Clock.GetUtcNow()
                )
            );
        }
        (
            await app.Services.GetRequiredService<IBus>().PublishAsync(Topics.UserAuth, [events[0]], default)
        ).ShouldBeEmpty();
        (await NameAsync()).ShouldBe("New");

        async Task<string> NameAsync()
        {
            await using var db = await app
                .Services.GetRequiredService<IDbContextFactory<ForumDb>>()
                .CreateDbContextAsync();
            return (await db.Members.SingleAsync(m => m.UserId == mei.Id)).Name;
        }
    }
}
