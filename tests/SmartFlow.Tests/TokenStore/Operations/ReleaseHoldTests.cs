using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Operations.OperatorDesk;

namespace SmartFlow.Tests.TokenStore.Operations;

public sealed class ReleaseHoldTests
{
    [Fact]
    public async Task A_stuck_hold_is_given_back_only_with_a_reason_and_a_confirmation()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var boss = await app.OperatorAsync();
        var mei = await app.SignUpAsync();
        await HoldAsync(app, mei, "stuck", 7_000_000);
        (await ReleaseAsync(boss, mei.Id, "stuck", "The call is gone", confirm: false)).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await ReleaseAsync(boss, mei.Id, "stuck", "", confirm: true)).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await ReleaseAsync(boss, mei.Id, "other", "The call is gone", confirm: true)).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        (await boss.AuditAsync("hold.release")).ShouldBeEmpty();
        var released = (await ReleaseAsync(boss, mei.Id, "stuck", "The call is gone", confirm: true))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        released.GetProperty("amount_micros").GetInt64().ShouldBe(7_000_000);
        released.GetProperty("held_micros").GetInt64().ShouldBe(0);
        (await boss.AuditAsync("hold.release"))
            .ShouldHaveSingleItem()
            .GetProperty("reason")
            .GetString()
            .ShouldBe("The call is gone");
        (await ReleaseAsync(boss, mei.Id, "stuck", "The call is gone", confirm: true)).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        await app.LedgerShouldAgreeAsync();
    }

    private static Task<Answer> ReleaseAsync(
        TestUser boss,
        ulong userId,
        string eventId,
        string reason,
        bool confirm
    ) =>
        boss.PostAsync(
            Admin + "holds/release",
            new
            {
                user_id = userId,
                event_id = eventId,
                reason,
                confirm,
            }
        );
}
