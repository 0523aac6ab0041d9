using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.UserAuth;

public sealed class MeTests
{
    private const string Me = "/api/v1/auth/me";

    [Fact]
    public async Task The_profile_takes_a_display_name()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        var changed = await mei.PatchAsync(Me, new { display_name = " 小梅 " });
        changed.ShouldBe(HttpStatusCode.OK).Json.GetProperty("display_name").GetString().ShouldBe("小梅");
        (await mei.PatchAsync(Me, new { display_name = " " })).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await mei.GetAsync(Me)).Json.GetProperty("display_name").GetString().ShouldBe("小梅");
    }
}
