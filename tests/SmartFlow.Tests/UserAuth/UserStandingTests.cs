using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.UserAuth.StandingActs;

namespace SmartFlow.Tests.UserAuth;

/// <summary>Operators stop somebody: at once, and by command.</summary>
public sealed class UserStandingTests(PostgresServer postgres)
{
    private const string Me = "/api/v1/auth/me";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_two_operators_who_stop_each_other_at_once_one_stays(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var (boss, chief) = (await app.OperatorAsync(), await app.OperatorAsync("chief"));
        var done = await Task.WhenAll(
            IsDoneAsync(boss.PostAsync($"{Users}/{chief.Id}/revoke-operator", Because)),
            IsDoneAsync(chief.PostAsync($"{Users}/{boss.Id}/disable", Because))
        );
        done.Count(d => d).ShouldBe(1);
    }

    /// <summary>What runs of somebody who is disabled is broken off, and this may be it.</summary>
    private static async Task<bool> IsDoneAsync(Task<Answer> act)
    {
        try
        {
            return (await act).Status == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [Fact]
    public async Task The_same_by_command_with_a_line_in_the_audit_log()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var (boss, chief) = (await app.OperatorAsync(), await app.OperatorAsync("chief"));
        (await RunAsync(app, "disable")).ShouldBe(2);
        (await RunAsync(app, "disable", "nobody")).ShouldBe(1);
        (await RunAsync(app, "disable", "CHIEF", "left", "the", "team")).ShouldBe(0);
        (await chief.GetAsync(Me)).ShouldBeRefused(ErrorCodes.Unauthenticated);
        (await RunAsync(app, "enable", "chief")).ShouldBe(0);
        (await RunAsync(app, "revoke-role", "chief", "emperor")).ShouldBe(2);
        (await RunAsync(app, "revoke-role", "chief", "operator")).ShouldBe(0);
        var lines = (await boss.GetAsync($"/api/v1/admin/audit?subject=user:{chief.Id}"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .ToArray();
        lines
            .Select(l => l.GetProperty("action").GetString())
            .ShouldBe(["user.revoke_role", "user.enable", "user.disable"]);
        lines[2].GetProperty("reason").GetString().ShouldBe("left the team");
    }
}
