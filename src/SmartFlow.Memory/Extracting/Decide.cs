using SmartFlow.Memory.Items;
using SmartFlow.Memory.Recalling;
using SmartFlow.Platform.Web;

namespace SmartFlow.Memory.Extracting;

/// <summary>The turn that speaks.</summary>
/// <param name="TurnId">Where it was said.</param>
/// <param name="Now">When it is decided.</param>
internal sealed record Source(string TurnId, long ConversationId, ulong UserId, DateTimeOffset Now);

/// <summary>One decision.</summary>
/// <param name="Kind">What becomes of it; None changes nothing.</param>
/// <param name="Item">The known item, or the new one.</param>
/// <param name="Before">A known item as it was.</param>
internal sealed record Decision(FoundKind Kind, MemoryItem? Item, ItemBefore? Before = null);

/// <summary>
/// From what a model found to what is kept. Pure but for the items that it changes. Contradictions: what was said
/// outright is not changed by what is only inferred; else the later word counts. What its owner deleted comes back only
/// when they say it again, and never from the turn that it came from.
/// </summary>
internal sealed class Decide(List<MemoryItem> items, Source source, MemoryOptions options)
{
    private const int TtlDaysMax = 3_650;
    private const double Alike = 0.8;

    /// <param name="found">What the model said.</param>
    /// <param name="known">The ids of the items that it was told, by number.</param>
    /// <returns>Every change, in order; new items are added to none of the lists.</returns>
    public IReadOnlyList<Decision> Run(Found found, IReadOnlyList<long> known)
    {
        var decisions = new List<Decision>();
        foreach (var one in found.Items)
        {
            if (decisions.Count(d => d.Kind != FoundKind.None) >= options.ItemsPerTurnMax)
                break;
            if (one.Operation == FoundKind.None || Candidate.Of(one, source, options) is not { } candidate)
                continue;
            var told = one.Known is { } n && n >= 1 && n <= known.Count ? items.Find(i => i.Id == known[n - 1]) : null;
            var decision = Of(candidate, one.Operation, told is { Status: MemoryStatus.Active } ? told : null);
            if (decision is { Kind: FoundKind.Add, Item: { } made })
                items.Add(made);
            decisions.Add(decision);
        }
        return decisions;
    }

    private Decision Of(Candidate candidate, FoundKind wanted, MemoryItem? told)
    {
        var target = told ?? items.Find(i => i.IsKnown(source.Now) && candidate.IsAbout(i));
        if (wanted == FoundKind.Delete)
            return target is null ? Nothing : Delete(candidate, target);
        if (target is not null)
            return Update(candidate, target);
        if (
            items.Find(i => i.Status == MemoryStatus.Deleted && candidate.IsAbout(i)) is { } deleted
            && StaysDeleted(candidate, deleted)
        )
            return Nothing;
        if (items.Count(i => i.Status == MemoryStatus.Active) >= options.ItemsPerUserMax)
            return Nothing;
        var made = new MemoryItem
        {
            UserId = source.UserId,
            Title = "",
            Content = "",
            CreatedAt = source.Now,
        };
        candidate.ApplyTo(made);
        return new Decision(FoundKind.Add, made);
    }

    private bool StaysDeleted(Candidate candidate, MemoryItem deleted) =>
        deleted.TurnId == source.TurnId || (deleted.DeletedByHand && !candidate.Explicit);

    private Decision Delete(Candidate candidate, MemoryItem target)
    {
        if (Weaker(candidate, target))
            return Nothing;
        var before = ItemBefore.Of(target);
        target.Delete(source.Now, source.TurnId);
        return new Decision(FoundKind.Delete, target, before);
    }

    private static Decision Update(Candidate candidate, MemoryItem target)
    {
        if (Weaker(candidate, target) || candidate.Says(target))
            return Nothing;
        var before = ItemBefore.Of(target);
        candidate.ApplyTo(target);
        return new Decision(FoundKind.Update, target, before);
    }

    private static bool Weaker(Candidate candidate, MemoryItem target) => target.Explicit && !candidate.Explicit;

    private static readonly Decision Nothing = new(FoundKind.None, null);

    /// <summary>What was found, checked and cut to what an item may be.</summary>
    private sealed record Candidate(
        MemoryType Type,
        string Title,
        string Content,
        double Confidence,
        int Importance,
        bool Explicit,
        DateTimeOffset? ExpiresAt,
        DayHours? Hours,
        Source Source
    )
    {
        public static Candidate? Of(FoundItem one, Source source, MemoryOptions options)
        {
            var (title, content) = (
                ItemText.Clean(one.Title, ItemText.TitleMax),
                ItemText.Clean(one.Content, ItemText.ContentMax)
            );
            if (title.Length == 0)
                title = ItemText.Clean(content, ItemText.TitleMax);
            if (title.Length == 0 || !(one.Confidence >= options.ConfidenceMin))
                return null;
            // Hours that are none are left out; what was said stays as words.
            var hours = one.Hours?.Checked(new FieldErrors());
            DateTimeOffset? ends = one.TtlDays is { } days and > 0 and <= TtlDaysMax ? source.Now.AddDays(days) : null;
            return new Candidate(
                hours is null ? one.Type : ItemText.TypeOf(hours),
                title,
                content,
                Math.Min(1, one.Confidence),
                Math.Clamp(one.Importance, 1, 5),
                one.Explicit,
                ends,
                hours,
                source
            );
        }

        /// <summary>About the same thing: the same hours, else the same words.</summary>
        public bool IsAbout(MemoryItem item)
        {
            if (Hours is not null || item.Hours is not null)
                return Hours is not null && item.Hours is { } held && Hours.SameMatter(held);
            return Type == item.Type
                && (
                    SearchTerms.Same(Title, item.Title)
                    || SearchTerms.Likeness(Title + " " + Content, item.Title + " " + item.Content) >= Alike
                );
        }

        public bool Says(MemoryItem item) =>
            Type == item.Type
            && Content == item.Content
            && Title == item.Title
            && Hours == item.Hours
            && Explicit == item.Explicit
            && ExpiresAt == item.ExpiresAt;

        public void ApplyTo(MemoryItem item)
        {
            (item.Type, item.Title, item.Content, item.Hours) = (Type, Title, Content, Hours);
            (item.Confidence, item.Importance, item.Explicit, item.ExpiresAt) = (
                Confidence,
                Importance,
                Explicit,
                ExpiresAt
            );
            (item.TurnId, item.ConversationId, item.UpdatedAt) = (Source.TurnId, Source.ConversationId, Source.Now);
        }
    }
}
