using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.UserAuth;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.Tests.UserAuth;

public sealed class SessionCleanUpTests
{
    [Fact]
    public async Task Ended_sessions_are_deleted_with_their_tokens_and_open_ones_stay()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        app.Clock.Advance(TimeSpan.FromDays(5));
        var open = await app.SignInAsync("mei");
        app.Clock.Advance(TimeSpan.FromDays(4));
        await app.Services.GetRequiredService<SessionCleanUp>().RunOnceAsync(default);
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<UserAuthDb>>()
            .CreateDbContextAsync();
        (await db.Sessions.CountAsync()).ShouldBe(1);
        (await db.RefreshTokens.CountAsync()).ShouldBe(1);
        (await app.Anonymous.PostAsync("/api/v1/auth/refresh", new { refresh_token = open.RefreshToken })).ShouldBe(
            System.Net.HttpStatusCode.OK
        );
    }
}
