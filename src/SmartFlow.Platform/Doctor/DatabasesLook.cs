using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Platform.Doctor;

/// <summary>
/// Each module's database: whether it answers, what it misses, and what waits in it or could not be handled.
/// </summary>
internal sealed class DatabasesLook(
    IEnumerable<IModuleDatabase> databases,
    DeadLetters letters,
    IOptions<DataOptions> options,
    DataFolder folder
) : IDoctorCheck
{
    private const int OldSeconds = 300;

    public string Name => "databases";

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var where = options.Value.UsesPostgres ? "PostgreSQL" : $"SQLite in {folder.Path}";
        if (!options.Value.UsesPostgres && databases.All(d => !File.Exists(folder.File(d.Name + ".db"))))
        {
            yield return DoctorFinding.Warning(
                $"{where}: nothing there yet",
                "Start the host once: it makes the databases. If there should be data, look at SMARTFLOW_DATA."
            );
            yield break;
        }
        var behind = 0;
        foreach (var database in databases)
            if ((await database.PendingAsync(cancellationToken)).Count is > 0 and var missing)
            {
                behind++;
                yield return DoctorFinding.Error(
                    $"{database.Name} misses {missing} migrations",
                    "Run smartflow migrate; a host does it when it starts."
                );
            }
        if (behind > 0)
            yield break;
        yield return DoctorFinding.Ok($"{where}: {databases.Count()} modules up to date");
        foreach (var outbox in await letters.OutboxesAsync(cancellationToken))
        {
            if (outbox.OldestAgeSeconds > OldSeconds)
                yield return DoctorFinding.Warning(
                    $"{outbox.Waiting} events wait in the outbox of {outbox.Module}, the oldest since {outbox.OldestAt:u}",
                    "Look whether the host runs and, with Kafka, whether the brokers do (smartflow topics list)."
                );
            if (outbox.DeadLetters > outbox.Requeued)
                yield return DoctorFinding.Warning(
                    $"{outbox.DeadLetters - outbox.Requeued} events of {outbox.Module} could not be handled",
                    "smartflow outbox list --dead names the reasons; smartflow outbox requeue tries again."
                );
        }
    }
}

/// <summary>Room for the data folder.</summary>
internal sealed class DiskLook(DataFolder folder) : IDoctorCheck
{
    private const long LittleBytes = 2L << 30;
    private const long NoneBytes = 256L << 20;

    public string Name => "disk";

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        // Of the folder itself or of the nearest one above it that is there.
        var path = folder.Path;
        while (!Directory.Exists(path))
            path = Path.GetDirectoryName(path) ?? "/";
        var free = new DriveInfo(path).AvailableFreeSpace;
        var found = $"{free / (1 << 20):N0} MiB free at {folder.Path}";
        yield return free switch
        {
            < NoneBytes => DoctorFinding.Error(found, "Make room: without any, nothing can be booked."),
            < LittleBytes => DoctorFinding.Warning(found, "Make room before it runs out."),
            _ => DoctorFinding.Ok(found),
        };
    }
}

/// <summary>This machine's clock against the database's, by which holds, leases and times of day are judged.</summary>
internal sealed class ClockLook(
    IEnumerable<IModuleDatabase> databases,
    IOptions<DataOptions> options,
    TimeProvider time
) : IDoctorCheck
{
    private const int OffSeconds = 2;
    private const int FarOffSeconds = 60;

    public string Name => "clock";

    public async IAsyncEnumerable<DoctorFinding> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (!options.Value.UsesPostgres || databases.FirstOrDefault() is not { } database)
            yield break;
        await using var db = await database.OpenAsync(cancellationToken);
        var theirs = await db
            .Database.SqlQuery<DateTimeOffset>($"SELECT clock_timestamp() AS \"Value\"")
            .SingleAsync(cancellationToken);
        var off = time.GetUtcNow() - theirs;
        var found = FormattableString.Invariant($"{off.TotalSeconds:+0.0;-0.0;0.0} s against the database's");
        yield return Math.Abs(off.TotalSeconds) switch
        {
            > FarOffSeconds => DoctorFinding.Error(
                found,
                "Set both clocks by NTP: days, expiries and leases are wrong."
            ),
            > OffSeconds => DoctorFinding.Warning(found, "Set both clocks by NTP."),
            _ => DoctorFinding.Ok(found),
        };
    }
}
