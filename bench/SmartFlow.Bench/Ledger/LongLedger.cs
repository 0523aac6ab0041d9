using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Web;
using SmartFlow.TokenStore;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.Bench.Ledger;

/// <summary>The dashboard and the pages of transactions over a ledger of millions of rows.</summary>
internal static class LongLedger
{
    private const int Users = 10_000;

    /// <summary>A tenth of the ledger is this account's.</summary>
    private const int Heavy = Users + 1;

    /// <summary>
    /// Nine tenths round robin over 10,000 accounts, a tenth on one; an order first, then calls with a reward in every
    /// 50. Every identity holds. Indexes are made again afterwards, which is only quicker.
    /// </summary>
    private const string Fill = """
        SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB';
        CREATE TABLE made AS SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'credit_ledger' AND indexname <> 'pk_credit_ledger';
        DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM made LOOP EXECUTE 'DROP INDEX ' || i.indexname; END LOOP; END $$;
        INSERT INTO credit_ledger (account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, batch_id,
            fingerprint, order_id, description, metadata_json, reverses, created_at)
        SELECT a, s, CASE WHEN s = 1 THEN 'adjust' WHEN s % 50 = 0 THEN 'reward' ELSE 'call' END, 'e' || g,
            CASE WHEN s = 1 THEN 'adjust' WHEN s % 50 = 0 THEN 'forum_like' ELSE 'charge' END,
            CASE WHEN s = 1 THEN 1000000000000 WHEN s % 50 = 0 THEN 1000 ELSE -1000 END,
            1000000000000 - 1000 * (s - 1 - 2 * (s / 50)), CASE WHEN s = 1 THEN -4 WHEN s % 50 = 0 THEN -2 ELSE -3 END, 1, g, NULL,
            'gpt-large · agent.chat',
            '{"scene":"agent.chat","provider_name":"openai","model_name":"gpt-large","price_rule_id":1,"price_rule_version":1,"input_tokens":812,"output_tokens":304}',
            NULL, {now} - 2592000000000 + (g::numeric / {rows} * 2592000000000)::bigint
        FROM (SELECT g, CASE WHEN g % 10 = 0 THEN {heavy} ELSE 1 + (g - g / 10 - 1) % {users} END AS a,
            CASE WHEN g % 10 = 0 THEN g / 10 ELSE 1 + (g - g / 10 - 1) / {users} END AS s FROM generate_series(1, {rows}) AS g) AS n;
        INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros, consumed_micros,
            created_at, updated_at)
        SELECT account_id, sum(amount_micros), 0, count(*), count(*), 0, sum(amount_micros) FILTER (WHERE kind <> 'call'),
            coalesce(-sum(amount_micros) FILTER (WHERE kind = 'call'), 0), {now}, {now} FROM credit_ledger GROUP BY account_id;
        INSERT INTO credit_rollups (account_id, hour, scene, provider_name, model_name, credit_micros, tokens, calls)
        SELECT account_id, created_at / 3600000000 - CASE WHEN account_id = {heavy} THEN 0 ELSE created_at / 3600000000 % 8 END, 'agent.chat',
            'openai', 'gpt-large', -sum(amount_micros), count(*) * 1308, count(*) FROM credit_ledger WHERE kind = 'call' GROUP BY 1, 2;
        INSERT INTO credit_ledger (account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, batch_id,
            fingerprint, order_id, description, metadata_json, reverses, created_at)
        SELECT counter_account_id, 1, 'system', 'batch:1', 'batch', -sum(amount_micros), -sum(amount_micros), 0, 1, 0, NULL, '', '{}', NULL, {now}
        FROM credit_ledger GROUP BY counter_account_id;
        INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros, consumed_micros,
            created_at, updated_at)
        SELECT account_id, amount_micros, 0, 1, 1, 0, 0, 0, {now}, {now} FROM credit_ledger WHERE account_id < 0;
        DO $$ DECLARE i record; BEGIN FOR i IN SELECT * FROM made LOOP EXECUTE i.indexdef; END LOOP; END $$;
        DROP TABLE made;
        """;

    public static async Task FillAsync(string ledger, long rows)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000;
        await BenchPostgres.ExecuteAsync(
            ledger,
            Fill.Replace("{now}", $"{now}", StringComparison.Ordinal)
                .Replace("{rows}", $"{rows}", StringComparison.Ordinal)
                .Replace("{users}", $"{Users}", StringComparison.Ordinal)
                .Replace("{heavy}", $"{Heavy}", StringComparison.Ordinal)
        );
        await BenchPostgres.ExecuteAsync(ledger, "VACUUM ANALYZE");
    }

    /// <summary>
    /// p50 and p99 in milliseconds of each view, for the account with a tenth of the ledger and for random ones.
    /// </summary>
    public static async Task<List<(string View, double HeavyP50, double HeavyP99, double P50, double P99)>> ReadAsync(
        string ledger,
        int times
    )
    {
        await using var services = new ServiceCollection()
            .AddPooledDbContextFactory<TokenStoreDb>(o => o.UseNpgsql(ledger))
            .BuildServiceProvider();
        var databases = services.GetRequiredService<IDbContextFactory<TokenStoreDb>>();
        var dashboard = new GetDashboard(databases, Options.Create(new StoreOptions()), TimeProvider.System);
        var list = new ListTransactions(databases);
        Func<ulong, Task> Page(int page, string source, string direction) =>
            user =>
                list.HandleAsync(
                    user,
                    PageQuery.Of(page, 20),
                    TransactionFilter.Of(source, direction),
                    Language.English,
                    default
                );
        (string, Func<ulong, Task>)[] views =
        [
            ("dashboard 24h", user => dashboard.HandleAsync(user, "24h", default)),
            ("dashboard 30d", user => dashboard.HandleAsync(user, "30d", default)),
            ("dashboard all", user => dashboard.HandleAsync(user, "all", default)),
            ("transactions, page 1", Page(1, "", "")),
            ("transactions, page 50", Page(50, "", "")),
            ("charges only, page 1", Page(1, "charge", "")),
            ("charges only, page 50", Page(50, "charge", "")),
            ("income only, page 1", Page(1, "", "income")),
            ("one source, page 5", Page(5, "forum_like", "")),
        ];
        var found = new List<(string, double, double, double, double)>();
        foreach (var (name, view) in views)
        {
            var heavy = await TimeAsync(times, _ => Heavy, view);
            var random = new Random(7);
            var any = await TimeAsync(times, _ => random.Next(1, Users + 1), view);
            found.Add(
                (
                    name,
                    LedgerLoad.At(heavy, 0.5),
                    LedgerLoad.At(heavy, 0.99),
                    LedgerLoad.At(any, 0.5),
                    LedgerLoad.At(any, 0.99)
                )
            );
        }
        return found;
    }

    private static async Task<double[]> TimeAsync(int times, Func<int, int> user, Func<ulong, Task> view)
    {
        var taken = new double[times];
        for (var i = -times / 10; i < times; i++)
        {
            var at = Stopwatch.GetTimestamp();
            await view((ulong)user(i));
            if (i >= 0)
                taken[i] = Stopwatch.GetElapsedTime(at).TotalMilliseconds;
        }
        Array.Sort(taken);
        return taken;
    }
}
