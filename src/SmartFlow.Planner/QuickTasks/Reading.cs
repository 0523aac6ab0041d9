using Microsoft.Extensions.Options;
using NodaTime;
using SmartFlow.Planner.QuickTasks.Language;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>Reads a sentence now, in a time zone.</summary>
internal sealed class Reading(TimeProvider clock, IOptions<PlannerOptions> options)
{
    /// <param name="text">What somebody wrote.</param>
    /// <param name="timeZone">An IANA name; null or empty: the configured default.</param>
    /// <exception cref="RefusedException">invalid_argument: no such time zone.</exception>
    public ReadSentence Read(string text, string? timeZone)
    {
        var name = string.IsNullOrEmpty(timeZone) ? options.Value.TimeZone : timeZone;
        var zone = DateTimeZoneProviders.Tzdb.GetZoneOrNull(name)
            ?? throw RefusedException.Field("time_zone", "must be an IANA time zone such as Asia/Shanghai");
        var now = clock.GetUtcNow();
        var sentence = Sentence.Parse(text, Instant.FromDateTimeOffset(now), zone);
        return new ReadSentence(
            text,
            sentence,
            Quadrants.Place(sentence, now) with
            {
                TimeZone = sentence.Repeat is null ? null : name,
            },
            name
        );
    }
}

/// <param name="Text">As written.</param>
/// <param name="Sentence">What the rules read in it.</param>
/// <param name="Fields">The task that it would be.</param>
/// <param name="TimeZone">In which its dates are.</param>
internal sealed record ReadSentence(string Text, Sentence Sentence, TaskFields Fields, string TimeZone);
