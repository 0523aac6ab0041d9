using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Sealing;

namespace SmartFlow.Tests.TokenStore.Sealing;

[Collection(nameof(QuietStore))]
public sealed class GetLedgerHeadTests(QuietStore store)
{
    private const string Head = "/api/v1/admin/ledger/head";

    [Fact]
    public async Task The_head_stands_at_nothing_and_then_at_the_last_seal_and_operators_alone_see_it()
    {
        var (boss, mei) = (await store.App.OperatorAsync("keeper"), await store.App.SignUpAsync("sealed"));
        var before = (await boss.GetAsync(Head)).ShouldBe(HttpStatusCode.OK).Json;
        before.GetProperty("position").GetInt64().ShouldBe(0);
        before.GetProperty("seal").GetString()!.Length.ShouldBe(64);

        (await store.App.Services.GetRequiredService<SealLedger>().SealAsync(default)).ShouldBeGreaterThan(0);
        await using var db = await store
            .App.Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>()
            .CreateDbContextAsync();
        var last = await db.Seals.AsNoTracking().OrderByDescending(s => s.Position).FirstAsync();
        var after = (await boss.GetAsync(Head)).ShouldBe(HttpStatusCode.OK).Json;
        after.GetProperty("position").GetInt64().ShouldBe(last.Position);
        after.GetProperty("batch_id").GetInt64().ShouldBe(last.BatchId);
        after.GetProperty("seal").GetString().ShouldBe(Convert.ToHexStringLower(last.Seal));
        (await mei.GetAsync(Head)).ShouldBeRefused(ErrorCodes.Forbidden);
    }
}
