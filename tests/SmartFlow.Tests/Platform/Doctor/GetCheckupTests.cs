using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Platform.Doctor;

public sealed class GetCheckupTests
{
    [Fact]
    public async Task The_page_of_operators_shows_what_the_doctor_finds()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Notification:PublicUrl"] = "https://plan.example.org";
            s.Settings["Notification:Smtp:Host"] = "127.0.0.1";
            s.Settings["Notification:Smtp:Port"] = $"{FreePorts.Next()}";
            s.Settings["Notification:Smtp:From"] = "plan@example.org";
        });
        var (boss, mei) = (await app.OperatorAsync(), await app.SignUpAsync());
        var found = (await boss.GetAsync("/api/v1/admin/checkup")).ShouldBe(HttpStatusCode.OK).Json;
        found.GetProperty("checks").EnumerateArray().Select(c => c.GetString()).ShouldContain("reconciliation");
        var alert = found
            .GetProperty("alerts")
            .EnumerateArray()
            .Single(a => a.GetProperty("check").GetString() == "mail");
        alert.GetProperty("level").GetString().ShouldBe("error");
        alert.GetProperty("to_do").GetString().ShouldNotBeNullOrEmpty();
        (await mei.GetAsync("/api/v1/admin/checkup")).ShouldBeRefused(ErrorCodes.Forbidden);
    }
}
