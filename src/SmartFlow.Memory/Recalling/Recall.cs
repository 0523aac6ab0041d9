using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Memory;
using SmartFlow.Memory.Items;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Memory.Recalling;

/// <summary>
/// Finds what a model should know for a text: of each type the five best by the words that both have, by what they mean
/// where a model of embeddings is set (<see cref="Similar"/>), by importance and by how lately it was said; constraints
/// before preferences before facts.
/// </summary>
internal sealed class Recall(
    IDbContextFactory<MemoryDb> databases,
    Similar similar,
    TimeProvider clock,
    IOptions<MemoryOptions> options
) : IMemory
{
    /// <summary>Items of each type.</summary>
    public const int EachMax = 5;

    private const int TextMax = 2_000;
    private const int KeyMax = 64;
    private const double WordsWeight = 3;
    private const double MeaningWeight = 3;
    private const double ExplicitWeight = 0.5;
    private const double HalfLifeDays = 30;

    public async Task<RecallResponse> RecallAsync(RecallRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Key.Length > KeyMax)
            throw RefusedException.Field("key", $"must have at most {KeyMax} characters");
        var (now, text) = (clock.GetUtcNow(), request.Text.Length <= TextMax ? request.Text : request.Text[..TextMax]);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await Settings.IsOnAsync(db, request.UserId, cancellationToken))
            return new RecallResponse();
        var known = await KnownAsync(db, request.UserId, now, options.Value.ItemsPerUserMax, cancellationToken);
        var near = await similar.OfAsync(db, request, text, known, cancellationToken);
        var response = new RecallResponse { Enabled = true };
        response.Items.Add(
            Choose(known, text, now, near)
                .Select(i => new RecalledItem
                {
                    Id = (ulong)i.Id,
                    Type = JsonNamingPolicy.SnakeCaseLower.ConvertName(i.Type.ToString()),
                    Title = i.Title,
                    Content = i.Content,
                    Explicit = i.Explicit,
                })
        );
        return response;
    }

    /// <summary>What is known now, the newest first.</summary>
    public static Task<List<MemoryItem>> KnownAsync(
        MemoryDb db,
        ulong userId,
        DateTimeOffset now,
        int most,
        CancellationToken cancellationToken
    ) =>
        db
            .Items.AsNoTracking()
            .Where(i =>
                i.UserId == userId && i.Status == MemoryStatus.Active && (i.ExpiresAt == null || i.ExpiresAt > now)
            )
            .OrderByDescending(i => i.UpdatedAt)
            .Take(most)
            .ToListAsync(cancellationToken);

    /// <summary>Those of which not all can be told.</summary>
    public static IReadOnlyList<MemoryItem> ChosenFrom(IEnumerable<MemoryItem> known) =>
        [.. known.GroupBy(i => i.Type).Where(g => g.Count() > EachMax).SelectMany(g => g)];

    /// <summary>Pure. Equal ones stand in the order of their ids, so that the same text finds the same.</summary>
    /// <param name="near">How near items are by their meaning; whose is not known counts as the others do on
    /// average.</param>
    public static IEnumerable<MemoryItem> Choose(
        IEnumerable<MemoryItem> known,
        string text,
        DateTimeOffset now,
        IReadOnlyDictionary<long, double> near
    )
    {
        var (asked, usual) = (SearchTerms.Of(text), near.Count == 0 ? 0 : near.Values.Average());
        return known
            .GroupBy(i => i.Type)
            .OrderBy(g => g.Key)
            .SelectMany(g =>
                g.OrderByDescending(i => Score(i, asked, now) + MeaningWeight * near.GetValueOrDefault(i.Id, usual))
                    .ThenBy(i => i.Id)
                    .Take(EachMax)
            );
    }

    private static double Score(MemoryItem item, HashSet<string> asked, DateTimeOffset now)
    {
        var held = SearchTerms.Of(item.Title + " " + item.Content);
        var words =
            asked.Count == 0 || held.Count == 0
                ? 0
                : (double)held.Count(asked.Contains) / Math.Min(held.Count, asked.Count);
        var age = Math.Max(0, (now - item.UpdatedAt).TotalDays);
        return WordsWeight * words
            + item.Importance / 5.0
            + Math.Pow(0.5, age / HalfLifeDays)
            + (item.Explicit ? ExplicitWeight : 0);
    }
}
