using System.Collections.Concurrent;
using System.Data.Common;
using System.Net;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using SmartFlow.Llm;

namespace SmartFlow.Tests.Llm.CallLog;

/// <summary>
/// A page of a long journal, here 50,000 calls, finds its rows by an index on both databases and looks at a bounded
/// number.
/// </summary>
public sealed class CallLogPlanTests(PostgresServer postgres)
{
    private const string Columns = """
        id, user_id, event_id, request_hash, scene, request_id, conversation_id, model_alias, skip_charge, stream, state, owner, candidates,
        candidate, text_bytes, messages, images, output_limit, hold_micros, outcome, input_tokens, output_tokens, cached_tokens,
        cache_write_tokens, reasoning_tokens, estimated, cost_micro_yuan, credit_micros, attempts, started_at, finished_at
        """;

    [Fact]
    public Task Pages_and_summaries_are_quick_on_SQLite() => CheckAsync(null, f => $"""
                INSERT INTO llm_calls ({Columns}) WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 50000)
                SELECT {Values(f, "x'00'", "0")} FROM s
                """);

    [Fact]
    public Task Pages_and_summaries_are_quick_on_PostgreSQL() => CheckAsync(postgres, f => $"""
                INSERT INTO llm_calls ({Columns}) OVERRIDING SYSTEM VALUE
                SELECT {Values(f, "'\\x00'::bytea", "false")} FROM generate_series(1, 50000) AS s(n)
                """);

    private static async Task CheckAsync(PostgresServer? server, Func<TestUser, string> fill)
    {
        var plans = new Plans();
        await using var app = await SmartFlowApp.StartAsync(server, s =>
            s.Services = services => services.ConfigureDbContext<LlmDb>(o => o.AddInterceptors(plans))
        );
        var mei = await app.SignUpAsync();
        var boss = await app.OperatorAsync();
        await using (var db = await app.Services.GetRequiredService<IDbContextFactory<LlmDb>>().CreateDbContextAsync())
        {
            await db.Database.ExecuteSqlRawAsync(
                fill(mei).Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal)
            );
            if (server is not null)
                await db.Database.ExecuteSqlRawAsync("ANALYZE");
        }
        plans.Seen.Clear();
        foreach (
            var query in new[]
            {
                "",
                "&page=100",
                "&state=sent",
                "&scene=agent.chat",
                "&model=demo&page=3",
                "&from=2026-01-01T00:00:00Z&to=2027-01-01T00:00:00Z",
            }
        )
        {
            var page = (await mei.GetAsync("/api/v1/calls?page_size=100" + query)).ShouldBe(HttpStatusCode.OK).Json;
            (page.GetProperty("page").GetProperty("total").GetInt32() is 0 or 10_000).ShouldBeTrue(query);
            page.GetProperty("truncated").GetBoolean().ShouldBe(query != "&state=sent");
            (await boss.GetAsync("/api/v1/admin/calls?page_size=100" + query)).ShouldBe(HttpStatusCode.OK);
        }
        var summary = (await mei.GetAsync("/api/v1/calls/summary?period=30d")).ShouldBe(HttpStatusCode.OK).Json;
        (
            summary.GetProperty("truncated").GetBoolean(),
            summary.GetProperty("total").GetProperty("calls").GetInt32()
        ).ShouldBe((true, 20_000));
        (await boss.GetAsync("/api/v1/admin/calls/summary")).ShouldBe(HttpStatusCode.OK);
        (await boss.GetAsync($"/api/v1/admin/calls/summary?user_id={mei.Id}")).ShouldBe(HttpStatusCode.OK);

        var seen = plans.Seen.Where(p => p.Sql.Contains("llm_calls", StringComparison.Ordinal)).ToArray();
        seen.Length.ShouldBeGreaterThan(25);
        foreach (var (sql, plan) in seen)
        {
            var text = sql + "\n→ " + string.Join("\n  ", plan);
            plan.ShouldNotContain(
                s =>
                    s.Contains("Seq Scan", StringComparison.Ordinal)
                    || s.StartsWith("SCAN llm", StringComparison.Ordinal),
                text
            );
            plan.ShouldContain(s => s.Contains("ix_llm_calls_", StringComparison.Ordinal), text);
            // What has not ended is looked for among the few calls that have not.
            if (sql.Contains("'suspense'", StringComparison.Ordinal))
                plan.ShouldContain(s => s.Contains("ix_llm_calls_open", StringComparison.Ordinal), text);
            else if (
                sql.Contains("user_id", StringComparison.Ordinal)
                && sql.Contains("WHERE \"l\".\"user_id\" =", StringComparison.Ordinal)
            )
                plan.ShouldContain(s => s.Contains("ix_llm_calls_ended_user", StringComparison.Ordinal), text);
        }
    }

    private static string Values(TestUser user, string hash, string no) =>
        $$"""
            n, CASE WHEN n % 2 = 0 THEN {{user.Id}} ELSE 999 END, 'k' || n, {{hash}}, 'gateway.openai', '', '', 'demo', {{no}}, {{no}}, 'finished', '',
            '[{"provider":"demo","model":"demo"}]', 0, 1, 1, 0, 1, 1, 'completed', 1, 1, 0, 0, 0, {{no}}, 1, 1, '[]', {{Start(
                user
            )}} + n, {{Start(user)}} + n
            """;

    /// <summary>Microseconds so that all have ended by now, in order.</summary>
    private static long Start(TestUser user) => (user.App.Clock.GetUtcNow().ToUnixTimeSeconds() - 60) * 1_000_000;

    /// <summary>Asks the database how it will run each query, before it runs it.</summary>
    private sealed class Plans : DbCommandInterceptor
    {
        public ConcurrentBag<(string Sql, string[] Plan)> Seen { get; } = [];

        public override async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
            DbCommand command,
            CommandEventData eventData,
            InterceptionResult<DbDataReader> result,
            CancellationToken cancellationToken = default
        )
        {
            var sqlite = command.Connection is SqliteConnection;
            await using var explain = command.Connection!.CreateCommand();
            explain.CommandText = (sqlite ? "EXPLAIN QUERY PLAN " : "EXPLAIN (COSTS OFF) ") + command.CommandText;
            explain.Transaction = command.Transaction;
            foreach (DbParameter p in command.Parameters)
                explain.Parameters.Add(
                    p is NpgsqlParameter n ? n.Clone() : new SqliteParameter(p.ParameterName, p.Value)
                );
            await using var row = await explain.ExecuteReaderAsync(cancellationToken);
            var steps = new List<string>();
            while (await row.ReadAsync(cancellationToken))
                steps.Add(row.GetString(sqlite ? 3 : 0));
            Seen.Add((command.CommandText, [.. steps]));
            return result;
        }
    }
}
