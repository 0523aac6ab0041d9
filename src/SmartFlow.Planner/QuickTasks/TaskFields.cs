using System.Security.Cryptography;
using System.Text.Json.Serialization;
using NodaTime;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>What a person says about a task, and the rules for it.</summary>
internal sealed record TaskFields(
    string Title,
    int PriorityGroup,
    int EstimatedSections,
    DateTimeOffset? DeadlineAt,
    DateTimeOffset? UrgencyThresholdAt
)
{
    /// <summary>Null: once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RepeatRule? Repeat { get; init; }

    /// <summary>In which its days begin, for what repeats; null: the configured default.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TimeZone { get; init; }

    public const int DefaultGroup = 2;
    public const int DefaultSections = 1;
    private const int TitleMax = 255;
    private const int TitleUnitsMax = 2_000;
    private static readonly DateTimeOffset Earliest = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Latest = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>The same, trimmed and with times to the microsecond.</summary>
    /// <exception cref="RefusedException">invalid_argument with every reason by field.</exception>
    public TaskFields Checked()
    {
        var fields = this with
        {
            Title = Title.Trim(),
            DeadlineAt = DeadlineAt?.ToMicros(),
            UrgencyThresholdAt = UrgencyThresholdAt?.ToMicros(),
        };
        Dictionary<string, string[]> errors = [];
        foreach (var (field, reason) in fields.Problems())
            errors[field] = [reason];
        return errors.Count == 0
            ? fields
            : throw new RefusedException(
                ErrorCodes.InvalidArgument,
                string.Join("; ", errors.Select(e => $"{e.Key}: {e.Value[0]}")),
                errors
            );
    }

    /// <summary>Tells a repeat of the same request from another request.</summary>
    public byte[] Hash() => SHA256.HashData(EventJson.Write(this));

    private IEnumerable<(string Field, string Reason)> Problems()
    {
        if (PlainText.Problem(Title, TitleMax, TitleUnitsMax) is { } title)
            yield return ("title", title);
        if (PriorityGroup is < 1 or > 4)
            yield return ("priority_group", "must be between 1 and 4");
        if (EstimatedSections is < 1 or > 4)
            yield return ("estimated_sections", "must be between 1 and 4");
        if (Outside(DeadlineAt))
            yield return ("deadline_at", "must lie between the years 2000 and 2100");
        if (Outside(UrgencyThresholdAt))
            yield return ("urgency_threshold_at", "must lie between the years 2000 and 2100");
        else if (UrgencyThresholdAt > DeadlineAt)
            yield return ("urgency_threshold_at", "must not be later than deadline_at");
        if (TimeZone is { } zone && DateTimeZoneProviders.Tzdb.GetZoneOrNull(zone) is null)
            yield return ("time_zone", "must be an IANA time zone such as Asia/Shanghai");
        foreach (var problem in Repeat?.Problems() ?? [])
            yield return problem;
    }

    private static bool Outside(DateTimeOffset? time) => time < Earliest || time > Latest;
}
