using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SmartFlow.Platform.Web;

namespace SmartFlow.Forum.Plans;

/// <summary>
/// A task class as it was when its author showed it: what is to be done and how, never where it was placed.
/// </summary>
/// <param name="Mode">auto or manual.</param>
/// <param name="Subject">quantitative, memory, reading or mixed.</param>
/// <param name="Difficulty">low, medium or high.</param>
/// <param name="Intensity">low, medium or high.</param>
/// <param name="Strategy">steady or rapid.</param>
/// <param name="AllowFillerCourses">Items may lie inside courses that allow it.</param>
/// <param name="ExcludedPairs">Pairs of sections, 1-6.</param>
/// <param name="ExcludedDays">Days of the week, Monday = 1.</param>
/// <param name="StartDate">The author's first day.</param>
/// <param name="EndDate">The author's last day.</param>
/// <param name="Items">In order.</param>
internal sealed record Plan(
    [property: AllowedValues("auto", "manual")] string Mode,
    [property: AllowedValues("quantitative", "memory", "reading", "mixed")] string Subject,
    [property: AllowedValues("low", "medium", "high")] string Difficulty,
    [property: AllowedValues("low", "medium", "high")] string Intensity,
    [property: AllowedValues("steady", "rapid")] string Strategy,
    bool AllowFillerCourses,
    IReadOnlyList<int> ExcludedPairs,
    IReadOnlyList<int> ExcludedDays,
    DateOnly StartDate,
    DateOnly EndDate,
    IReadOnlyList<PlanItem> Items
)
{
    public int Days => EndDate.DayNumber - StartDate.DayNumber + 1;

    public int Sections => Items.Sum(i => i.Sections);

    public string ToJson() => JsonSerializer.Serialize(this, WebJson.Options);

    public static Plan OfJson(string json) => JsonSerializer.Deserialize<Plan>(json, WebJson.Options)!;

    /// <summary>
    /// Of what is to be done: the same for the same items, whatever the plan is called and whenever it begins.
    /// </summary>
    public byte[] Hash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in Items)
            hash.AppendData(Encoding.UTF8.GetBytes($"{item.Sections} {item.Content.Trim()}\0"));
        return hash.GetHashAndReset();
    }

    /// <summary>The same plan with another first day.</summary>
    public Plan StartingOn(DateOnly day)
    {
        var shift = day.DayNumber - StartDate.DayNumber;
        return this with
        {
            StartDate = day,
            EndDate = EndDate.AddDays(shift),
            Items = [.. Items.Select(i => i with { Deadline = i.Deadline?.AddDays(shift) })],
        };
    }
}

/// <param name="Content">What is to be done.</param>
/// <param name="Sections">How long it takes, 1-4.</param>
/// <param name="Deadline">The last day for it; moves with the first day of the plan.</param>
internal sealed record PlanItem(string Content, int Sections, DateOnly? Deadline = null);
