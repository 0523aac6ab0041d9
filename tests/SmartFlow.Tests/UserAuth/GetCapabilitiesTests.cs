using System.Net;

namespace SmartFlow.Tests.UserAuth;

/// <summary>What cannot work is not offered: the sign-in says what there is.</summary>
public sealed class GetCapabilitiesTests
{
    [Fact]
    public async Task The_demo_account_is_offered_once_there_is_one()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Environment = "Development");
        (await ReadAsync(app)).GetProperty("demo_account").GetBoolean().ShouldBeFalse();
        await app.SignUpAsync("demo");
        var can = await ReadAsync(app);
        can.GetProperty("demo_account").GetBoolean().ShouldBeTrue();
        can.GetProperty("username").GetProperty("least").GetInt32().ShouldBe(1);
        can.GetProperty("password").GetProperty("least").GetInt32().ShouldBe(10);
    }

    [Fact]
    public async Task Where_passwords_that_everybody_knows_are_not_made_none_is_offered()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Environment = "Production");
        await app.SignUpAsync("demo");
        (await ReadAsync(app)).GetProperty("demo_account").GetBoolean().ShouldBeFalse();
    }

    private static async Task<System.Text.Json.JsonElement> ReadAsync(SmartFlowApp app) =>
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/api/v1/auth/capabilities")).ShouldBe(HttpStatusCode.OK).Json;
}
