using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Llm;
using SmartFlow.Llm.Calls;
using SmartFlow.Planner;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.UserAuth;
using SmartFlow.UserAuth.Sessions;

namespace SmartFlow.Tests.Platform.Data;

/// <summary>What expires goes as fast as it comes.</summary>
public sealed class CleanUpTests
{
    private const int HourlyRows = 3_500;

    [Fact]
    public async Task A_day_of_the_busiest_load_leaves_nothing_behind_that_has_ended()
    {
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Idempotency:KeepHours"] = "1");
        var mei = await app.SignUpAsync();
        for (var hour = 0; hour < 24; hour++)
        {
            await WriteAsync(app, mei.Id, hour);
            app.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromSeconds(1));
            await app.Services.GetRequiredService<ResultCleanUp>().RunOnceAsync(default);
            await app.Services.GetRequiredService<IdempotencyCleanUp>().RunOnceAsync(default);
            await app.Services.GetRequiredService<SessionCleanUp>().RunOnceAsync(default);
            await app.Services.GetRequiredService<PreviewCleanUp>().RunOnceAsync(default);
            (await CountAsync(app)).ShouldBe((0, 0, 0, 0, 0, 1), $"hour {hour}");
        }
    }

    [Fact]
    public async Task A_clean_up_stops_between_batches_when_it_is_told_to_and_after_a_bounded_number()
    {
        using var stop = new CancellationTokenSource();
        var batches = 0;
        await Should.ThrowAsync<OperationCanceledException>(
            CleanUp.WhileFullAsync(
                10,
                async _ =>
                {
                    if (++batches == 3)
                        await stop.CancelAsync();
                    return 10;
                },
                stop.Token
            )
        );
        batches.ShouldBe(3);
        (await CleanUp.WhileFullAsync(1, _ => Task.FromResult(1), default)).ShouldBe(CleanUp.BatchesMax);
    }

    [Fact]
    public async Task The_rows_of_every_table_are_a_number_for_a_collector()
    {
        await using var app = await SmartFlowApp.StartAsync();
        foreach (var name in new[] { "mei", "liwei", "anna" })
            await app.SignUpAsync(name);
        await app.Services.GetRequiredService<TableMeters>().LookAsync(default);
        var seen = new List<(string Table, long Rows)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Name == "smartflow.table.rows")
                    l.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (_, rows, tags, _) =>
            {
                lock (seen)
                    seen.Add(($"{Tag(tags, "db.namespace")}.{Tag(tags, "db.collection.name")}", rows));
            }
        );
        listener.Start();
        listener.RecordObservableInstruments();
        if (Environment.GetEnvironmentVariable("SMARTFLOW_TEST_POSTGRES") is null)
            seen.ShouldContain(("userauth.users", 3));
        seen.Select(s => s.Table).ShouldContain("llm.llm_results");
    }

    /// <summary>What an hour writes; it has ended with the next.</summary>
    private static async Task WriteAsync(SmartFlowApp app, ulong user, int hour)
    {
        var now = UnixMicros.From(app.Clock.GetUtcNow());
        var (end, past, first, id) = (now + 3_600_000_000, now - 90_000_000_000, hour * HourlyRows, (long)user);
        byte[] bytes = [1];
        await SqlAsync<LlmDb>(
            app,
            "llm_results (call_id, body, expires_at)",
            "{0} + i, {1}, {2}",
            1_000_000L + first,
            bytes,
            end
        );
        await SqlAsync<LlmDb>(
            app,
            "llm_responses (user_id, token, call_id, asked, deleted, expires_at)",
            "{0}, 't' || ({1} + i), i, {2}, {3}, {4}",
            id,
            (long)first,
            bytes,
            false,
            end
        );
        await SqlAsync<PlannerDb>(
            app,
            "idempotent_requests (user_id, route, key, body_hash, status, body, created_at, runs_until)",
            "{0}, 'POST /x', 'k' || ({1} + i), {2}, 201, {2}, {3}, {3}",
            id,
            (long)first,
            bytes,
            now
        );
        await SqlAsync<UserAuthDb>(
            app,
            "sessions (id, user_id, created_at, expires_at)",
            "'s' || ({0} + i), {1}, {2}, {3}",
            (long)first,
            id,
            past,
            past
        );
        await SqlAsync<PlannerDb>(
            app,
            "course_previews (id, user_id, term_id, format, file_name, rows, created_at, expires_at)",
            "'p' || ({0} + i), {1}, 1, 'ics', 'a', '[]', {2}, {2}",
            (long)first,
            id,
            past
        );
        await SqlAsync<PlannerDb>(
            app,
            "plan_previews (id, user_id, term_id, base_version, request, answer, revision, created_at, expires_at)",
            "'p' || ({0} + i), {1}, 1, 1, '', '', 0, {2}, {2}",
            (long)first,
            id,
            past
        );
    }

    private static Task<int> SqlAsync<TDb>(SmartFlowApp app, string into, string values, params object[] parameters)
        where TDb : ModuleDb
    {
        var sql =
            $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {HourlyRows}) INSERT INTO {into} SELECT {values} FROM n";
        return app
            .Services.GetRequiredService<IWriter<TDb>>()
            .WriteAsync((db, token) => db.Database.ExecuteSqlRawAsync(sql, parameters, token), default);
    }

    private static async Task<(
        int Results,
        int Responses,
        int Answers,
        int Courses,
        int Plans,
        int Sessions
    )> CountAsync(SmartFlowApp app)
    {
        await using var llm = await app.Services.GetRequiredService<IDbContextFactory<LlmDb>>().CreateDbContextAsync();
        await using var planner = await app
            .Services.GetRequiredService<IDbContextFactory<PlannerDb>>()
            .CreateDbContextAsync();
        await using var auth = await app
            .Services.GetRequiredService<IDbContextFactory<UserAuthDb>>()
            .CreateDbContextAsync();
        return (
            await llm.Results.CountAsync(),
            await llm.Responses.CountAsync(),
            await planner.IdempotentRequests.CountAsync(),
            await planner.CoursePreviews.CountAsync(),
            await planner.PlanPreviews.CountAsync(),
            await auth.Sessions.CountAsync()
        );
    }

    private static object? Tag(ReadOnlySpan<KeyValuePair<string, object?>> tags, string name)
    {
        foreach (var tag in tags)
            if (tag.Key == name)
                return tag.Value;
        return null;
    }
}
