using System.Diagnostics.Metrics;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Reconcile;
using SmartFlow.Platform.Telemetry;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Reconcile;

/// <summary>
/// Runs every check, keeps the result, and makes a difference loud: an Error in the log and a metric.
/// </summary>
internal sealed partial class ReconciliationRuns
{
    private readonly Reconciler reconciler;
    private readonly IDbContextFactory<TokenStoreDb> databases;
    private readonly IWriter<TokenStoreDb> writer;
    private readonly ReconcileOptions options;
    private readonly ILogger<ReconciliationRuns> logger;
    private readonly Counter<long> runs;
    private int differences;

    public ReconciliationRuns(
        Reconciler reconciler,
        IDbContextFactory<TokenStoreDb> databases,
        IWriter<TokenStoreDb> writer,
        IOptions<ReconcileOptions> options,
        IMeterFactory meters,
        ILogger<ReconciliationRuns> logger
    )
    {
        (this.reconciler, this.databases, this.writer, this.options, this.logger) = (
            reconciler,
            databases,
            writer,
            options.Value,
            logger
        );
        var meter = meters.SmartFlow();
        runs = meter.CreateCounter<long>("smartflow.reconciliation.runs", description: "Runs by outcome");
        meter.CreateObservableGauge(
            "smartflow.reconciliation.differences",
            () => Volatile.Read(ref differences),
            description: "Differences that the last run found"
        );
    }

    public bool IsRunning => reconciler.IsRunning;

    /// <exception cref="RefusedException">in_flight: another run is under way.</exception>
    public async Task<ReconciliationReport> RunAsync(string trigger, CancellationToken cancellationToken)
    {
        var report = await reconciler.RunAsync(cancellationToken);
        var found = report.Checks.Sum(c => c.Differences.Count);
        Volatile.Write(ref differences, found);
        runs.Add(1, new KeyValuePair<string, object?>("outcome", report.Ok ? "agrees" : "differs"));
        if (!report.Ok)
            Log.Differs(logger, found, report.Checks.SelectMany(c => c.Differences).First().ToString());
        await KeepAsync(report, trigger, cancellationToken);
        return report;
    }

    /// <summary>Null: none has run yet.</summary>
    public async Task<(ReconciliationReport Report, string Trigger)?> LastAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var last = await db
            .ReconciliationRuns.AsNoTracking()
            .OrderByDescending(r => r.Id)
            .FirstOrDefaultAsync(cancellationToken);
        return last is null
            ? null
            : (JsonSerializer.Deserialize<ReconciliationReport>(last.ReportJson, WebJson.Options)!, last.Trigger);
    }

    /// <summary>When anybody, here or in another process, ran it last.</summary>
    public async Task<DateTimeOffset?> LastAtAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db
            .ReconciliationRuns.OrderByDescending(r => r.Id)
            .Select(r => (DateTimeOffset?)r.CheckedAt)
            .FirstOrDefaultAsync(cancellationToken);
    }

    private Task KeepAsync(ReconciliationReport report, string trigger, CancellationToken cancellationToken) =>
        writer.SaveAsync(
            async (db, token) =>
            {
                db.ReconciliationRuns.Add(
                    new ReconciliationRun
                    {
                        CheckedAt = report.CheckedAt,
                        Ok = report.Ok,
                        Trigger = trigger,
                        ReportJson = JsonSerializer.Serialize(report, WebJson.Options),
                    }
                );
                var oldest = await db
                    .ReconciliationRuns.OrderByDescending(r => r.Id)
                    .Skip(options.KeepRuns - 1)
                    .Select(r => (long?)r.Id)
                    .FirstOrDefaultAsync(token);
                if (oldest is not null)
                    await db.ReconciliationRuns.Where(r => r.Id <= oldest).ExecuteDeleteAsync(token);
            },
            cancellationToken
        );

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "Reconciliation found {Count} differences, the first: {First}. See docs/operating.md."
        )]
        public static partial void Differs(ILogger logger, int count, string first);
    }
}
