using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Memory.Recalling;

/// <summary>
/// Makes the vectors that a user's items lack, after a change and after a recall that lacked one: nothing waits for it,
/// and nothing is kept of what is to be made, since the next recall finds it out again. One call an item, whose key is
/// the item's version: whoever makes it again, after a death or beside another host, is answered from the journal.
/// </summary>
internal sealed partial class KeepVectors(
    IDbContextFactory<MemoryDb> factory,
    IWriter<MemoryDb> writer,
    AskVector ask,
    IOptions<MemoryOptions> options,
    TimeProvider time,
    ILogger<KeepVectors> logger
) : BackgroundService
{
    private const int QueueMax = 10_000;
    private const int Parallel = 4;

    private readonly Channel<ulong> users = Channel.CreateBounded<ulong>(
        new BoundedChannelOptions(QueueMax) { FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly ConcurrentDictionary<ulong, bool> queued = new();

    /// <summary>Somebody's items were changed, or lacked a vector.</summary>
    public void Wake(ulong userId)
    {
        if (!ask.MayAsk(userId) || queued.Count >= QueueMax || !queued.TryAdd(userId, true))
            return;
        users.Writer.TryWrite(userId);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        System.Threading.Tasks.Parallel.ForEachAsync(
            users.Reader.ReadAllAsync(stoppingToken),
            new ParallelOptions { MaxDegreeOfParallelism = Parallel, CancellationToken = stoppingToken },
            async (user, token) =>
            {
                // What is changed from here on is looked for again.
                queued.TryRemove(user, out _);
                try
                {
                    await MakeAsync(user, token);
                }
                catch (RefusedException e)
                {
                    ask.LeaveAlone(user);
                    Log.Refused(logger, e.Code.Code);
                }
                catch (Exception e) when (!token.IsCancellationRequested)
                {
                    ask.LeaveAlone(user);
                    Log.Failed(logger, e);
                }
            }
        );

    /// <summary>Of those among which a recall has to choose.</summary>
    private async Task MakeAsync(ulong userId, CancellationToken cancellationToken)
    {
        foreach (var item in await LackingAsync(userId, cancellationToken))
        {
            if (!ask.MayAsk(userId))
                return;
            var hash = ItemVector.HashOf(item);
            var key = string.Create(
                CultureInfo.InvariantCulture,
                $"vector:{item.Id}:{UnixMicros.From(item.UpdatedAt)}:{Convert.ToHexStringLower(hash.AsSpan(0, 8))}"
            );
            var numbers = await ask.OfAsync(
                userId,
                key,
                ItemVector.WordsOf(item),
                item.ConversationId,
                cancellationToken
            );
            await KeepAsync(item, hash, numbers);
        }
    }

    private async Task<List<MemoryItem>> LackingAsync(ulong userId, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (!await Settings.IsOnAsync(db, userId, cancellationToken))
            return [];
        var known = await Recall.KnownAsync(
            db,
            userId,
            time.GetUtcNow(),
            options.Value.ItemsPerUserMax,
            cancellationToken
        );
        var (made, model) = (
            await Similar.VectorsAsync(db, userId, ask.Model, options.Value.ItemsPerUserMax, cancellationToken),
            ask.Model
        );
        return
        [
            .. Recall.ChosenFrom(known).Where(i => !(made.TryGetValue(i.Id, out var vector) && vector.IsOf(i, model))),
        ];
    }

    private async Task KeepAsync(MemoryItem item, byte[] hash, Half[] numbers)
    {
        try
        {
            await writer.SaveAsync((db, token) => KeepAsync(db, item, hash, numbers, token), CancellationToken.None);
        }
        catch (DbUpdateException)
        {
            // PostgreSQL: another host made it at the same time, or the item went for good.
        }
    }

    private async Task KeepAsync(
        MemoryDb db,
        MemoryItem item,
        byte[] hash,
        Half[] numbers,
        CancellationToken cancellationToken
    )
    {
        // There may be nothing any more that it would go with.
        if (!await db.Items.AnyAsync(i => i.Id == item.Id, cancellationToken))
            return;
        var vector = await db.Vectors.FirstOrDefaultAsync(v => v.ItemId == item.Id, cancellationToken);
        if (vector is null)
            db.Vectors.Add(
                vector = new ItemVector
                {
                    ItemId = item.Id,
                    UserId = item.UserId,
                    Model = "",
                    WordsHash = [],
                    Numbers = [],
                }
            );
        (vector.Model, vector.WordsHash, vector.MadeAt) = (ask.Model, hash, time.MicrosNow());
        vector.Numbers = MemoryMarshal.AsBytes<Half>(numbers).ToArray();
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Information,
            "What an item means could not be asked: {Code}; it is found by its words"
        )]
        public static partial void Refused(ILogger logger, string code);

        [LoggerMessage(2, LogLevel.Warning, "What items mean could not be kept; they are found by their words")]
        public static partial void Failed(ILogger logger, Exception e);
    }
}
