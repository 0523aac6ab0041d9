using SmartFlow.Memory.Items;

namespace SmartFlow.Memory.Extracting;

/// <summary>
/// What a model found in a turn, in the shape that it is asked for. Everything in it is checked again:
/// <see cref="Decide"/>.
/// </summary>
/// <param name="Items">Nothing worth keeping: none.</param>
internal sealed record Found(IReadOnlyList<FoundItem> Items);

internal enum FoundKind
{
    Add,
    Update,
    Delete,
    None,
}

/// <param name="Operation">What is to become of it.</param>
/// <param name="Type">What kind of thing.</param>
/// <param name="Title">A few words.</param>
/// <param name="Content">One sentence.</param>
/// <param name="Confidence">0 to 1.</param>
/// <param name="Importance">1 to 5.</param>
/// <param name="Explicit">Said outright.</param>
/// <param name="Known">The number of the known item that it is about; null: of none.</param>
/// <param name="TtlDays">Days for which it holds; null: it does not end.</param>
/// <param name="Hours">Hours that it speaks of; null: none.</param>
internal sealed record FoundItem(
    FoundKind Operation,
    MemoryType Type,
    string Title,
    string Content,
    double Confidence,
    int Importance,
    bool Explicit,
    int? Known = null,
    int? TtlDays = null,
    MemoryHours? Hours = null
);
