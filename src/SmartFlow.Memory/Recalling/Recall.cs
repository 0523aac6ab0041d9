using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Memory;
using SmartFlow.Memory.Items;

namespace SmartFlow.Memory.Recalling;

/// <summary>
/// Finds what a model should know for a text: of each type the five best by the words that both have, by importance and by how lately it
/// was said; constraints before preferences before facts.
/// </summary>
internal sealed class Recall(IDbContextFactory<MemoryDb> databases, TimeProvider clock, IOptions<MemoryOptions> options) : IMemory
{
    /// <summary>Items of each type.</summary>
    public const int EachMax = 5;

    private const int TextMax = 2_000;
    private const double WordsWeight = 3;
    private const double ExplicitWeight = 0.5;
    private const double HalfLifeDays = 30;

    public async Task<RecallResponse> RecallAsync(RecallRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var now = clock.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (!await Settings.IsOnAsync(db, request.UserId, cancellationToken)) return new RecallResponse();
        var known = await db.Items.AsNoTracking()
            .Where(i => i.UserId == request.UserId && i.Status == MemoryStatus.Active && (i.ExpiresAt == null || i.ExpiresAt > now))
            .OrderByDescending(i => i.UpdatedAt).Take(options.Value.ItemsPerUserMax).ToListAsync(cancellationToken);
        var response = new RecallResponse { Enabled = true };
        response.Items.Add(Choose(known, request.Text, now).Select(i => new RecalledItem
        {
            Id = (ulong)i.Id, Type = JsonNamingPolicy.SnakeCaseLower.ConvertName(i.Type.ToString()), Title = i.Title, Content = i.Content, Explicit = i.Explicit,
        }));
        return response;
    }

    /// <summary>Pure. Equal ones stand in the order of their ids, so that the same text finds the same.</summary>
    public static IEnumerable<MemoryItem> Choose(IEnumerable<MemoryItem> known, string text, DateTimeOffset now)
    {
        var asked = SearchTerms.Of(text.Length <= TextMax ? text : text[..TextMax]);
        return known.GroupBy(i => i.Type).OrderBy(g => g.Key)
            .SelectMany(g => g.OrderByDescending(i => Score(i, asked, now)).ThenBy(i => i.Id).Take(EachMax));
    }

    private static double Score(MemoryItem item, HashSet<string> asked, DateTimeOffset now)
    {
        var held = SearchTerms.Of(item.Title + " " + item.Content);
        var words = asked.Count == 0 || held.Count == 0 ? 0 : (double)held.Count(asked.Contains) / Math.Min(held.Count, asked.Count);
        var age = Math.Max(0, (now - item.UpdatedAt).TotalDays);
        return WordsWeight * words + item.Importance / 5.0 + Math.Pow(0.5, age / HalfLifeDays) + (item.Explicit ? ExplicitWeight : 0);
    }
}
