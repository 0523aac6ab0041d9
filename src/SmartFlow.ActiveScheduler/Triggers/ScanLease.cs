using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;

namespace SmartFlow.ActiveScheduler.Triggers;

/// <summary>
/// Which of several hosts looks for what is at risk: whoever took the row last, until it lets it lapse.
/// </summary>
internal sealed class ScanLease
{
    private const string Scan = "scan";

    /// <summary>A host that dies is followed by another after this.</summary>
    private static readonly TimeSpan Term = TimeSpan.FromMinutes(3);

    public required string Name { get; set; }

    public required string Owner { get; set; }

    public DateTimeOffset Until { get; set; }

    /// <returns>This owner has it now.</returns>
    public static Task<bool> TakeAsync(
        IWriter<ActiveSchedulerDb> writer,
        string owner,
        DateTimeOffset now,
        CancellationToken cancellationToken
    ) =>
        writer.WriteAsync(
            async (db, token) =>
            {
                var (until, at) = (UnixMicros.From(now + Term), UnixMicros.From(now));
                return await db.Database.ExecuteSqlAsync(
                        $"""
                        INSERT INTO leases (name, owner, until) VALUES ({Scan}, {owner}, {until})
                        ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
                        WHERE leases.owner = excluded.owner OR leases.until <= {at}
                        """,
                        token
                    ) > 0;
            },
            cancellationToken
        );
}
