using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Platform.Data;

/// <summary>
/// How many rows every table has, looked at now and then and only where somebody listens: what grows although its rows
/// end is a clean-up that does not keep up. On PostgreSQL the number is its own estimate.
/// </summary>
internal sealed partial class TableMeters : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<(string Module, string Table), long> rows = new();
    private readonly ObservableGauge<long> gauge;
    private readonly IEnumerable<IModuleDatabase> databases;
    private readonly IOptions<DataOptions> options;
    private readonly TimeProvider time;
    private readonly ILogger<TableMeters> logger;

    public TableMeters(
        IMeterFactory factory,
        IEnumerable<IModuleDatabase> databases,
        IOptions<DataOptions> options,
        TimeProvider time,
        ILogger<TableMeters> logger
    )
    {
        (this.databases, this.options, this.time, this.logger) = (databases, options, time, logger);
        gauge = factory
            .SmartFlow()
            .CreateObservableGauge(
                "smartflow.table.rows",
                () =>
                    rows.Select(r => new Measurement<long>(
                        r.Value,
                        new("db.namespace", r.Key.Module),
                        new KeyValuePair<string, object?>("db.collection.name", r.Key.Table)
                    )),
                "{row}",
                "Rows of a table."
            );
    }

    /// <summary>One look at every table.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var database in databases)
        {
            await using var db = await database.OpenAsync(cancellationToken);
            foreach (var table in db.Model.GetEntityTypes().Select(e => e.GetTableName()!).Distinct())
                rows[(database.Name, table)] = await CountAsync(db, database.Name, table, cancellationToken);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            try
            {
                if (gauge.Enabled)
                    await LookAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                Log.Failed(logger, e);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private Task<long> CountAsync(ModuleDb db, string schema, string table, CancellationToken cancellationToken)
    {
        var sql = options.Value.UsesPostgres
            ? $"SELECT greatest(c.reltuples, 0)::bigint AS \"Value\" FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = '{schema}' AND c.relname = '{table}'"
            : $"SELECT count(*) AS \"Value\" FROM \"{table}\"";
        return db.Database.SqlQueryRaw<long>(sql).SingleOrDefaultAsync(cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The rows of the tables could not be counted; trying again later")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
