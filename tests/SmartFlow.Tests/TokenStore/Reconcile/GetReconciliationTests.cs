using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.TokenStore.Reconcile.LedgerInUse;

namespace SmartFlow.Tests.TokenStore.Reconcile;

public sealed class GetReconciliationTests
{
    [Fact]
    public async Task Only_operators_may_ask_for_it()
    {
        await using var app = await BusyAsync(charges: 0);
        var mei = await app.SignInAsync("mei");
        (await mei.GetAsync("/api/v1/admin/reconciliation")).ShouldBeRefused(ErrorCodes.Forbidden);
        (await app.Anonymous.SendAsync(HttpMethod.Get, "/api/v1/admin/reconciliation")).ShouldBeRefused(
            ErrorCodes.Unauthenticated
        );
        await app
            .Services.GetServices<ICommand>()
            .Single(c => c.Name == "user grant-role")
            .RunAsync(["mei", "operator"], TextWriter.Null, default);
        var boss = await app.SignInAsync("mei");
        var report = (await boss.PostAsync("/api/v1/admin/reconciliation")).ShouldBe(HttpStatusCode.OK).Json;
        report.GetProperty("ok").GetBoolean().ShouldBeTrue();
        var status = (await boss.GetAsync("/api/v1/admin/reconciliation")).ShouldBe(HttpStatusCode.OK).Json;
        status.GetProperty("last").GetProperty("ok").GetBoolean().ShouldBeTrue();
    }
}
