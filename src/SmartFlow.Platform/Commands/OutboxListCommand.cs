using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Commands;

/// <summary>
/// <c>smartflow outbox list [--dead]</c>: what waits to be published, or what a consumer could not handle.
/// </summary>
internal sealed class OutboxListCommand(IEnumerable<IModuleDatabase> databases) : ICommand
{
    private const int Limit = 100;
    private const string Dead = "--dead";

    public string Name => "outbox list";

    public string Usage => "[--dead]: events that wait, oldest first; with --dead those that could not be handled";

    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (arguments is not ([] or [Dead]))
        {
            await output.WriteLineAsync("smartflow outbox list [--dead]");
            return 2;
        }
        foreach (var database in databases)
        {
            if ((await database.PendingAsync(cancellationToken)).Count > 0)
            {
                await output.WriteLineAsync($"{database.Name}: not migrated yet");
                continue;
            }
            await using var db = await database.OpenAsync(cancellationToken);
            var lines =
                arguments.Count > 0
                    ? await DeadAsync(db, cancellationToken)
                    : await WaitingAsync(db, cancellationToken);
            await output.WriteLineAsync($"{database.Name}: {lines.Total}");
            foreach (var line in lines.Shown)
                await output.WriteLineAsync("  " + line);
            if (lines.Total > lines.Shown.Count)
                await output.WriteLineAsync($"  … and {lines.Total - lines.Shown.Count} more");
        }
        return 0;
    }

    private static async Task<(int Total, IReadOnlyList<string> Shown)> WaitingAsync(
        ModuleDb db,
        CancellationToken cancellationToken
    )
    {
        var rows = await db
            .Outbox.AsNoTracking()
            .OrderBy(m => m.Id)
            .Take(Limit)
            .Select(m => new
            {
                m.Id,
                m.Name,
                m.EventId,
                m.Key,
                m.CreatedAt,
            })
            .ToListAsync(cancellationToken);
        return (
            await db.Outbox.CountAsync(cancellationToken),
            [.. rows.Select(m => $"{m.Id}  {m.CreatedAt:u}  {m.Name}  key {m.Key}  {m.EventId}")]
        );
    }

    private static async Task<(int Total, IReadOnlyList<string> Shown)> DeadAsync(
        ModuleDb db,
        CancellationToken cancellationToken
    )
    {
        var rows = await db
            .DeadLetters.AsNoTracking()
            .OrderBy(d => d.Id)
            .Take(Limit)
            .Select(d => new
            {
                d.Id,
                d.Name,
                d.EventId,
                d.Consumer,
                d.Attempts,
                d.Reason,
                d.FailedAt,
                d.RequeuedAt,
            })
            .ToListAsync(cancellationToken);
        return (
            await db.DeadLetters.CountAsync(cancellationToken),
            [
                .. rows.Select(d =>
                    $"{d.Id}  {d.FailedAt:u}  {d.Name}  {d.EventId}  at {d.Consumer} after {d.Attempts} tries"
                    + (d.RequeuedAt is null ? "" : ", requeued")
                    + $": {d.Reason}"
                ),
            ]
        );
    }
}
