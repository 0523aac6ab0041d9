using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Memory;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Telemetry;

namespace SmartFlow.Memory.Recalling;

/// <summary>
/// How near a user's items are to what they say now. A model is asked only where there is something to choose, once a
/// turn and for a bounded time; whatever comes of it, the turn goes on.
/// </summary>
internal sealed partial class Similar(
    AskVector ask,
    KeepVectors keep,
    IOptions<MemoryOptions> options,
    TimeProvider time,
    ILogger<Similar> logger
)
{
    private readonly Tally failures = new(time);

    /// <returns>By item, from 1 to -1; nothing of those that have no vector yet.</returns>
    public async Task<IReadOnlyDictionary<long, double>> OfAsync(
        MemoryDb db,
        RecallRequest request,
        string text,
        IReadOnlyList<MemoryItem> known,
        CancellationToken cancellationToken
    )
    {
        var among = Recall.ChosenFrom(known);
        if (request.Key.Length == 0 || text.Length == 0 || among.Count == 0 || !ask.MayAsk(request.UserId))
            return Nothing;
        try
        {
            var made = await VectorsAsync(
                db,
                request.UserId,
                ask.Model,
                options.Value.ItemsPerUserMax,
                cancellationToken
            );
            var vectors = among
                .Where(i => made.TryGetValue(i.Id, out var vector) && vector.IsOf(i, ask.Model))
                .Select(i => made[i.Id])
                .ToList();
            if (vectors.Count < among.Count)
                keep.Wake(request.UserId);
            if (vectors.Count == 0)
                return Nothing;
            var said = await AskAsync(request, text, cancellationToken);
            return vectors.ToDictionary(v => v.ItemId, v => v.Cosine(said));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            ask.LeaveAlone(request.UserId);
            if (failures.Add() is > 0 and var count)
                Log.ByWords(logger, (e as RefusedException)?.Code.Code ?? e.GetType().Name, count);
            return Nothing;
        }
    }

    public static Task<Dictionary<long, ItemVector>> VectorsAsync(
        MemoryDb db,
        ulong userId,
        string model,
        int most,
        CancellationToken cancellationToken
    ) =>
        db
            .Vectors.AsNoTracking()
            .Where(v => v.UserId == userId && v.Model == model)
            .OrderByDescending(v => v.MadeAt)
            .Take(most)
            .ToDictionaryAsync(v => v.ItemId, cancellationToken);

    /// <summary>The wait has an end of its own: not every way to a model ends with its token.</summary>
    private async Task<Half[]> AskAsync(RecallRequest request, string text, CancellationToken cancellationToken)
    {
        var patience = TimeSpan.FromMilliseconds(options.Value.EmbedMilliseconds);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var asking = ask.OfAsync(request.UserId, $"recall:{request.Key}", text, null, limit.Token);
        limit.CancelAfter(patience);
        return await asking.WaitAsync(patience, cancellationToken);
    }

    private static readonly Dictionary<long, double> Nothing = [];

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Information,
            "What was said could not be compared by its meaning ({Code}), {Count} times since this was last told; it was by its words"
        )]
        public static partial void ByWords(ILogger logger, string code, long count);
    }
}
