using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform;
using SmartFlow.Platform.Data;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Reconcile;
using SmartFlow.TokenStore.Sealing;

namespace SmartFlow.Tests.TokenStore.Sealing;

public sealed class SealTests(PostgresServer postgres)
{
    private const string Clone = """
        INSERT INTO credit_ledger (account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id,
            batch_id, fingerprint, order_id, description, metadata_json, reverses, created_at)
        SELECT account_id, 77, kind, 'added', source, amount_micros, balance_after_micros, counter_account_id,
            batch_id, fingerprint, order_id, description, metadata_json, reverses, created_at
        FROM credit_ledger WHERE account_id = 1 AND seq = 3
        """;

    /// <summary>Batches 1 to 5: mei's welcome and her charges; $B is the batch of sequence 3, position 3.</summary>
    [Theory]
    [InlineData(
        "UPDATE credit_ledger SET amount_micros = amount_micros - 1 WHERE account_id = 1 AND seq = 3",
        "batch $B, position 3: an entry was changed"
    )]
    [InlineData(
        "UPDATE credit_ledger SET description = 'x' WHERE account_id = 1 AND seq = 3",
        "batch $B, position 3: an entry was changed"
    )]
    [InlineData(
        "UPDATE credit_ledger SET metadata_json = '{ }' WHERE account_id = 1 AND seq = 3",
        "batch $B, position 3: an entry was changed"
    )]
    [InlineData(
        "UPDATE credit_ledger SET reverses = 1 WHERE account_id = 1 AND seq = 3",
        "batch $B, position 3: an entry was changed"
    )]
    [InlineData(
        "UPDATE credit_ledger SET order_id = 0 WHERE account_id = 1 AND seq = 3",
        "batch $B, position 3: an entry was changed"
    )]
    [InlineData(
        "UPDATE credit_ledger SET created_at = created_at + 1 WHERE account_id = 1 AND seq = 3",
        "batch $B, position 3: an entry was changed"
    )]
    [InlineData(
        "DELETE FROM credit_ledger WHERE account_id = 1 AND seq = 3",
        "batch $B, position 3: 1 entries, should be 2"
    )]
    [InlineData("DELETE FROM credit_ledger WHERE batch_id = $B", "batch $B, position 3: all of its 2 entries are gone")]
    [InlineData(Clone, "batch $B, position 3: account 1, sequence 77, transaction")]
    [InlineData(
        "UPDATE ledger_seals SET root = seal WHERE position = 3",
        "position 3, batch $B: the seal is not the one of its content"
    )]
    [InlineData(
        "UPDATE ledger_seals SET seal = root WHERE position = 3",
        "position 3, batch $B: the seal is not the one of its content"
    )]
    [InlineData("DELETE FROM ledger_seals WHERE position = 3", "position 3: the seal is missing")]
    [InlineData(
        "INSERT INTO ledger_seals VALUES (6, 999, 1, x'00', x'00', 0)",
        "batch 999, position 6: all of its 1 entries are gone"
    )]
    [InlineData(
        "UPDATE ledger_seals SET position = 99 WHERE position = 3; UPDATE ledger_seals SET position = 3 WHERE position = 2; UPDATE ledger_seals SET position = 2 WHERE position = 99",
        "position 2, batch $B: the seal is not the one of its content"
    )]
    public async Task Whatever_is_done_behind_the_programs_back_names_the_batch(string damage, string named)
    {
        await using var app = await SealedAsync(null);
        var batch = await BatchAsync(app, 3);
        damage = damage.Replace("$B", batch, StringComparison.Ordinal);
        app.Tamper(
            string.Concat(
                new[]
                {
                    "credit_ledger_no_update",
                    "credit_ledger_no_delete",
                    "ledger_seals_no_update",
                    "ledger_seals_no_delete",
                }.Select(t => $"DROP TRIGGER {t};")
            ) + damage
        );
        var (code, text) = await VerifyAsync(app);
        text.ShouldContain(named.Replace("$B", batch, StringComparison.Ordinal));
        code.ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_untouched_ledger_is_as_it_was_sealed_and_every_batch_has_one_seal(bool onPostgres)
    {
        await using var app = await SealedAsync(onPostgres ? postgres : null);
        var (code, text) = await VerifyAsync(app);
        code.ShouldBe(0, text);
        text.ShouldContain("to position 5");
        (await VerifyAsync(app, "--from", "4")).Code.ShouldBe(0);
        (await VerifyAsync(app, "--from", "99")).Text.ShouldContain("position 98: the seal is missing");
        (await VerifyAsync(app, "--from", "x")).Code.ShouldBe(2);
        var boss = await app.OperatorAsync();
        await SealAllAsync(app);
        var head = (await boss.GetAsync("/api/v1/admin/ledger/head")).Json;
        head.GetProperty("position").GetInt64().ShouldBe(6);
        head.GetProperty("seal").GetString()!.Length.ShouldBe(64);
    }

    [Theory]
    [InlineData(
        "UPDATE credit_ledger SET description = 'x' WHERE account_id = 1 AND seq = 3",
        "position 3: an entry was changed"
    )]
    [InlineData("DELETE FROM credit_ledger WHERE account_id = 1 AND seq = 3", "position 3: 1 entries, should be 2")]
    [InlineData(
        "UPDATE ledger_seals SET sealed_at = 0; UPDATE ledger_seals SET seal = root WHERE position = 3",
        "position 3, batch"
    )]
    public async Task On_PostgreSQL_too(string damage, string named)
    {
        await using var app = await SealedAsync(postgres);
        await using var db = await DbAsync(app);
        await Should.ThrowAsync<System.Data.Common.DbException>(() =>
            db.Database.ExecuteSqlRawAsync("UPDATE ledger_seals SET entries = 0")
        );
        var unguarded =
            "DROP TRIGGER credit_ledger_append_only ON credit_ledger; DROP TRIGGER ledger_seals_append_only ON ledger_seals; "
            + damage;
        await db.Database.ExecuteSqlRawAsync(unguarded);
        var (code, text) = await VerifyAsync(app);
        text.ShouldContain(named);
        code.ShouldBe(1);
    }

    [Fact]
    public async Task A_batch_that_waits_for_the_sealer_is_pending_and_one_that_it_passed_by_is_a_difference()
    {
        await using var app = await SealedAsync(null, seal: false);
        (await VerifyAsync(app)).Text.ShouldNotContain("have no seal");
        app.Clock.Advance(TimeSpan.FromMinutes(6));
        var (code, text) = await VerifyAsync(app);
        text.ShouldContain(
            $"pending, every batch is sealed: batch {await BatchAsync(app, 1)} from transaction 1: its 2 entries have no seal"
        );
        code.ShouldBe(0);
        await SealAllAsync(app);
        app.Tamper(
            Clone
                .Replace("    batch_id,", "    999,", StringComparison.Ordinal)
                .Replace(
                    "    999, fingerprint, order_id, description, metadata_json, reverses, created_at)",
                    "    batch_id, fingerprint, order_id, description, metadata_json, reverses, created_at)",
                    StringComparison.Ordinal
                )
                .Replace("reverses, created_at\nFROM", "reverses, 0\nFROM", StringComparison.Ordinal)
        );
        (code, text) = await VerifyAsync(app);
        text.ShouldContain("batch 999 from transaction 11: its 1 entries have no seal");
        code.ShouldBe(1);
    }

    /// <summary>
    /// Batch ids are given out before the commit: a lower one may appear after a higher one was sealed.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_batch_that_commits_late_is_sealed_when_it_is_seen(bool onPostgres)
    {
        await using var app = await SealedAsync(onPostgres ? postgres : null);
        await using var db = await DbAsync(app);
        var late = Clone
            .Replace("    batch_id,", "    batch_id - 1000000000,", StringComparison.Ordinal)
            .Replace(
                "counter_account_id,\n    batch_id - 1000000000, fingerprint, order_id, description, metadata_json, reverses, created_at)",
                "counter_account_id,\n    batch_id, fingerprint, order_id, description, metadata_json, reverses, created_at)",
                StringComparison.Ordinal
            );
        await db.Database.ExecuteSqlRawAsync(late);
        var sealer = app.Services.GetRequiredService<SealLedger>();
        (await sealer.SealAsync(default)).ShouldBe(1);
        (await db.Seals.AsNoTracking().SingleAsync(s => s.Position == 6)).BatchId.ShouldBeLessThan(
            long.Parse(await BatchAsync(app, 1))
        );
        (await VerifyAsync(app)).Code.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Sealers_side_by_side_make_one_chain(bool onPostgres)
    {
        await using var app = await SealedAsync(onPostgres ? postgres : null, seal: false, charges: 60);
        var sealers = Enumerable.Range(0, 4).Select(_ => Sealer(app)).ToArray();
        await Task.WhenAll(
            sealers.Select(async s =>
            {
                for (var i = 0; i < 10; i++)
                    await s.SealAsync(default);
            })
        );
        await SealAllAsync(app);
        var (code, text) = await VerifyAsync(app);
        code.ShouldBe(0, text);
        await using var db = await DbAsync(app);
        var batches = await db.Ledger.Select(l => l.BatchId).Distinct().CountAsync();
        (await db.Seals.CountAsync()).ShouldBe(batches);
        (await db.Seals.MaxAsync(s => s.Position)).ShouldBe(batches);
    }

    private static SealLedger Sealer(SmartFlowApp app) =>
        new(
            app.Services.GetRequiredService<ReadOnlyLedger>(),
            app.Services.GetRequiredService<IWriter<TokenStoreDb>>(),
            app.Services.GetRequiredService<IOptions<SealingOptions>>(),
            app.Clock,
            Microsoft.Extensions.Logging.Abstractions.NullLogger<SealLedger>.Instance
        );

    /// <summary>
    /// User 1 with a welcome and charges, a batch each, sealed by the test and not in the background.
    /// </summary>
    private static async Task<SmartFlowApp> SealedAsync(PostgresServer? postgres, bool seal = true, int charges = 4)
    {
        var app = await SmartFlowApp.StartAsync(postgres, s => s.Settings["Sealing:IntervalSeconds"] = "0");
        var mei = await app.SignUpAsync();
        for (var i = 1; i <= charges; i++)
            await app.ChargeAsync(mei, i, $"call-{i}");
        if (seal)
            await SealAllAsync(app);
        return app;
    }

    private static async Task SealAllAsync(SmartFlowApp app)
    {
        while (await app.Services.GetRequiredService<SealLedger>().SealAsync(default) > 0) { }
    }

    private static Task<TokenStoreDb> DbAsync(SmartFlowApp app) =>
        app.Services.GetRequiredService<IDbContextFactory<TokenStoreDb>>().CreateDbContextAsync();

    private static async Task<string> BatchAsync(SmartFlowApp app, long seq)
    {
        await using var db = await DbAsync(app);
        return (
            await db.Ledger.Where(l => l.AccountId == 1 && l.Seq == seq).Select(l => l.BatchId).SingleAsync()
        ).ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<(int Code, string Text)> VerifyAsync(SmartFlowApp app, params string[] arguments)
    {
        var output = new StringWriter();
        var command = app.Services.GetServices<ICommand>().Single(c => c.Name == "ledger verify");
        return (await command.RunAsync(arguments, output, default), output.ToString());
    }
}
