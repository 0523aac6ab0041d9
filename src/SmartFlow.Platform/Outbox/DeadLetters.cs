using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Outbox;

/// <summary>An event that a consumer could not handle, as operators see it.</summary>
/// <param name="Module">The database that keeps it; together with the id it names the letter.</param>
/// <param name="RequeuedAt">Marked for another try, which has not been made yet.</param>
internal sealed record DeadLetterView(
    string Module,
    long Id,
    string Topic,
    string Consumer,
    string EventId,
    string Name,
    string Key,
    string Reason,
    int Attempts,
    DateTimeOffset FailedAt,
    DateTimeOffset? RequeuedAt
);

/// <param name="Payload">Readable JSON, cut where it is long; values that look like secrets are masked.</param>
internal sealed record DeadLetterDetail(DeadLetterView Letter, string Payload);

/// <summary>Empty: all.</summary>
internal sealed record DeadLetterFilter(string Module, string Consumer);

/// <summary>What waits in a module's outbox.</summary>
internal sealed record OutboxView(
    string Module,
    long Waiting,
    DateTimeOffset? OldestAt,
    double OldestAgeSeconds,
    long DeadLetters,
    long Requeued
);

/// <summary>
/// The dead letters of every module of this process. To requeue is to mark: the host hands those that are marked to
/// their consumer again, where they are handled or come back with the new reason.
/// </summary>
internal sealed class DeadLetters(IEnumerable<IModuleDatabase> databases, TimeProvider time)
{
    public IModuleDatabase? Find(string module) =>
        databases.FirstOrDefault(d => d.Name.Equals(module, StringComparison.OrdinalIgnoreCase));

    /// <summary>By module, the newest of each first.</summary>
    public async Task<Paged<DeadLetterView>> ListAsync(
        DeadLetterFilter filter,
        PageQuery page,
        CancellationToken cancellationToken
    )
    {
        var (items, total, skip) = (new List<DeadLetterView>(), 0, page.Skip);
        foreach (var database in databases.OrderBy(d => d.Name, StringComparer.Ordinal))
        {
            if (filter.Module.Length > 0 && database.Name != filter.Module)
                continue;
            await using var db = await database.OpenAsync(cancellationToken);
            var letters = Of(db, filter.Consumer);
            var count = await letters.CountAsync(cancellationToken);
            total += count;
            if (skip < count && items.Count < page.Size)
                items.AddRange(
                    (
                        await letters
                            .OrderByDescending(d => d.Id)
                            .Skip(skip)
                            .Take(page.Size - items.Count)
                            .ToListAsync(cancellationToken)
                    ).Select(d => View(database.Name, d))
                );
            skip = Math.Max(0, skip - count);
        }
        return page.Wrap<DeadLetterView>(items, total);
    }

    public async Task<DeadLetterDetail?> GetAsync(
        IModuleDatabase database,
        long id,
        CancellationToken cancellationToken
    )
    {
        await using var db = await database.OpenAsync(cancellationToken);
        var letter = await db.DeadLetters.AsNoTracking().SingleOrDefaultAsync(d => d.Id == id, cancellationToken);
        return letter is null
            ? null
            : new DeadLetterDetail(View(database.Name, letter), PayloadText.Of(letter.Payload));
    }

    /// <param name="database">Of the module.</param>
    /// <param name="id">0: all of the filter.</param>
    /// <param name="consumer">Empty: all.</param>
    /// <returns>How many were marked; those that are marked already do not count.</returns>
    public async Task<int> RequeueAsync(
        IModuleDatabase database,
        long id,
        string consumer,
        CancellationToken cancellationToken
    )
    {
        var now = time.GetUtcNow();
        var marked = 0;
        await database.SaveAsync(
            async (db, token) =>
                marked = await Of(db, consumer)
                    .Where(d => d.RequeuedAt == null && (id == 0 || d.Id == id))
                    .ExecuteUpdateAsync(s => s.SetProperty(d => d.RequeuedAt, now), token),
            cancellationToken
        );
        return marked;
    }

    public async Task<int> RequeueAllAsync(string consumer, CancellationToken cancellationToken)
    {
        var marked = 0;
        foreach (var database in databases)
            marked += await RequeueAsync(database, 0, consumer, cancellationToken);
        return marked;
    }

    public async Task<IReadOnlyList<OutboxView>> OutboxesAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var views = new List<OutboxView>();
        foreach (var database in databases.OrderBy(d => d.Name, StringComparer.Ordinal))
        {
            await using var db = await database.OpenAsync(cancellationToken);
            var oldest = await db
                .Outbox.OrderBy(m => m.Id)
                .Select(m => (DateTimeOffset?)m.CreatedAt)
                .FirstOrDefaultAsync(cancellationToken);
            views.Add(
                new OutboxView(
                    database.Name,
                    await db.Outbox.LongCountAsync(cancellationToken),
                    oldest,
                    oldest is { } at ? Math.Max(0, Math.Round((now - at).TotalSeconds, 1)) : 0,
                    await db.DeadLetters.LongCountAsync(cancellationToken),
                    await db.DeadLetters.LongCountAsync(d => d.RequeuedAt != null, cancellationToken)
                )
            );
        }
        return views;
    }

    private static IQueryable<DeadLetter> Of(ModuleDb db, string consumer) =>
        consumer.Length == 0
            ? db.DeadLetters.AsNoTracking()
            : db.DeadLetters.AsNoTracking().Where(d => d.Consumer == consumer);

    private static DeadLetterView View(string module, DeadLetter d) =>
        new(
            module,
            d.Id,
            d.Topic,
            d.Consumer,
            d.EventId,
            d.Name,
            d.Key,
            d.Reason,
            d.Attempts,
            d.FailedAt,
            d.RequeuedAt
        );
}
