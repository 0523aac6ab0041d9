using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Tests.UserAuth;

/// <summary>What a key opens, and until when.</summary>
public sealed class ApiKeyTests
{
    private const string Keys = "/api/v1/api-keys";

    [Fact]
    public async Task A_key_opens_no_route_of_the_api()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var bearer = ("Authorization", "Bearer " + await mei.CreateApiKeyAsync());
        foreach (var path in new[] { "/api/v1/auth/me", Keys, "/api/v1/tasks" })
            (await app.Anonymous.FetchAsync(path, bearer)).ShouldBeRefused(ErrorCodes.Unauthenticated);
    }

    [Fact]
    public async Task A_key_that_has_ended_opens_nothing_though_it_was_just_believed()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var end = app.Clock.GetUtcNow().AddSeconds(30);
        var key = (await mei.PostAsync(Keys, new { name = "short", expires_at = end }))
            .Json.GetProperty("key")
            .GetString()!;
        var keys = app.Services.GetRequiredService<ApiKeys>();
        (await keys.VerifyAsync(key, default)).ShouldNotBeNull();
        app.Clock.Advance(TimeSpan.FromSeconds(31));
        (await keys.VerifyAsync(key, default)).ShouldBeNull();
    }
}
