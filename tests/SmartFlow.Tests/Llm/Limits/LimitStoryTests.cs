using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Billing;
using SmartFlow.Llm;
using SmartFlow.Llm.Calls;
using SmartFlow.Llm.Limits;
using SmartFlow.Platform;

namespace SmartFlow.Tests.Llm.Limits;

/// <summary>Random stories of the journal: whatever becomes of calls, what is counted is what they are.</summary>
public sealed class LimitStoryTests(PostgresServer postgres)
{
    private const int Steps = 400;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public Task What_is_counted_never_drifts_from_the_calls_on_SQLite(int seed) => TellAsync(seed, "");

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public async Task What_is_counted_never_drifts_from_the_calls_on_PostgreSQL(int seed) =>
        await TellAsync(seed, await postgres.NewDatabaseAsync());

    private static async Task TellAsync(int seed, string database)
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Data:ConnectionString"] = database;
            s.Settings["Llm:Limits:User:RequestsPerMonth"] = "150";
            s.Settings["Llm:Limits:User:TokensPerDay"] = "20000";
            s.Settings["Llm:Limits:User:ConcurrentCalls"] = "6";
            s.Settings["Llm:Limits:Scenes:agent.chat:CreditPerDay"] = "0.02";
            s.Settings["Llm:Limits:ApiKey:RequestsPerMinute"] = "40";
        });
        var story = new Story(app, new Random(seed));
        for (var step = 0; step < Steps; step++)
            await story.StepAsync();
        story.Refused.ShouldBeGreaterThan(10);
        story.Admitted.ShouldBeGreaterThan(10);
        (await FindingsAsync(app)).ShouldBeEmpty($"seed {seed}");
        (await story.MostUsedAsync()).ShouldBeTrue("a window holds more than it admits");
    }

    private static async Task<List<Finding>> FindingsAsync(SmartFlowApp app)
    {
        var findings = new List<Finding>();
        await foreach (
            var finding in app
                .Services.GetServices<IReconciliation>()
                .OfType<ReconcileLimits>()
                .Single()
                .CheckAsync(default)
        )
            findings.Add(finding);
        return findings;
    }

    private sealed class Story(SmartFlowApp app, Random random)
    {
        private readonly List<LlmCall> calls = [];
        private readonly Journal journal = app.Services.GetRequiredService<Journal>();
        private readonly CallLimits limits = app.Services.GetRequiredService<CallLimits>();

        public int Refused { get; private set; }

        public int Admitted { get; private set; }

        /// <summary>Several steps at once, so that they share a batch.</summary>
        public Task StepAsync()
        {
            if (random.Next(40) == 0)
                app.Clock.Advance(TimeSpan.FromHours(random.Next(1, 20)));
            return Task.WhenAll(
                Enumerable
                    .Range(0, random.Next(1, 5))
                    .Select(_ => random.Next(3) == 0 || calls.Count == 0 ? StartAsync() : GoOnAsync())
                    .ToArray()
            );
        }

        /// <summary>No running-calls window above its size, in whatever order calls began and ended.</summary>
        public async Task<bool> MostUsedAsync()
        {
            await using var db = await app
                .Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<LlmDb>>()
                .CreateDbContextAsync();
            return db
                .LimitWindows.AsEnumerable()
                .All(w =>
                    w.Requests >= 0
                    && w.Tokens >= 0
                    && w.CreditMicros >= 0
                    && (!LimitWindow.IsRunning(w.Name) || w.Requests <= 6)
                );
        }

        private async Task StartAsync()
        {
            var again = calls.Count > 0 && random.Next(4) == 0 ? calls[random.Next(calls.Count)] : null;
            var scene = random.Next(2) == 0 ? Scenes.AgentChat : Scenes.GatewayOpenAi;
            var billing = new BillingContext(
                (ulong)random.Next(1, 3),
                again?.EventId ?? Guid.CreateVersion7().ToString(),
                again?.Scene ?? scene,
                "",
                "",
                "",
                false,
                random.Next(3)
            );
            if (again is not null)
                billing = billing with { UserId = (ulong)again.UserId };
            var row = Row(billing);
            var windows = limits.Of(billing, app.Clock.GetUtcNow());
            (row.Counted, row.CountedTokens) = (LimitWindow.Join(windows), row.TextBytes + row.OutputLimit);
            var result = await journal.WriteAsync(new Start(row) { Limits = windows });
            if (result == JournalResult.Unseeded)
                result = await journal.WriteAsync(
                    new Start(row) { Limits = await limits.SeedAsync(row, windows, default) }
                );
            if (result.Reached is not null)
                Refused++;
            if (result.Reached is not null || result.Existing is not null)
                return;
            Admitted++;
            row.Id = result.CallId;
            if (result.TakenOver is { } earlier)
                (row.Counted, row.CountedTokens, row.HoldMicros, row.Scene) = (
                    earlier.Counted,
                    earlier.CountedTokens,
                    earlier.HoldMicros,
                    earlier.Scene
                );
            calls.Add(row);
        }

        private async Task GoOnAsync()
        {
            var call = calls[random.Next(calls.Count)];
            await journal.WriteAsync(
                random.Next(6) switch
                {
                    0 => new Send(call, 0),
                    1 => new Fail(call, "failed", "[]"),
                    2 => new Suspend(call, app.Clock.GetUtcNow()),
                    3 => new Forget(call),
                    _ => Finish(call),
                }
            );
        }

        private Finish Finish(LlmCall call)
        {
            var ended = Row(new((ulong)call.UserId, call.EventId, call.Scene, "", "", "", false));
            (ended.Id, ended.Counted, ended.CountedTokens, ended.HoldMicros) = (
                call.Id,
                call.Counted,
                call.CountedTokens,
                call.HoldMicros
            );
            (ended.State, ended.InputTokens, ended.OutputTokens) = (
                random.Next(5) == 0 ? CallState.Settled : CallState.Finished,
                random.Next(50),
                random.Next(200)
            );
            ended.CreditMicros = random.Next(3_000);
            return new Finish(ended, null, app.Clock.GetUtcNow(), null);
        }

        private LlmCall Row(BillingContext billing) =>
            new()
            {
                UserId = (long)billing.UserId,
                EventId = billing.EventId,
                ApiKeyId = billing.ApiKeyId,
                Scene = billing.Scene,
                RequestHash = [1],
                RequestId = "",
                ConversationId = "",
                ModelAlias = "m",
                State = CallState.Started,
                Owner = journal.Owner,
                Candidates = "[]",
                TextBytes = random.Next(300),
                OutputLimit = random.Next(1, 400),
                HoldMicros = random.Next(1, 4_000),
                Outcome = "",
                Attempts = "[]",
                StartedAt = app.Clock.GetUtcNow(),
            };
    }
}
