using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>
/// POST /tasks/quick-add/reading: what quick add would make of a line that is still being typed. Nothing is stored or
/// paid for.
/// </summary>
internal static class ReadQuickTask
{
    /// <param name="Text">As typed so far.</param>
    /// <param name="TimeZone">An IANA name; absent: the server's default.</param>
    internal sealed record Request(string? Text, string? TimeZone);

    /// <summary>The task that it would be.</summary>
    /// <param name="Confidence">How sure the rules are of the deadline, 0 to 1; 0 where they found none.</param>
    /// <param name="Unsure">A model would be asked.</param>
    /// <param name="Words">Where the words of time stand, in the order of the text.</param>
    internal sealed record Read(
        string Title,
        [property: AllowedValues(1, 2, 3, 4)] int PriorityGroup,
        DateTimeOffset? DeadlineAt,
        double Confidence,
        bool Unsure,
        IReadOnlyList<Words> Words
    )
    {
        /// <summary>On which days it would repeat; null: once.</summary>
        public RepeatRule? Repeat { get; init; }
    }

    /// <param name="Start">In UTF-16 units of the text.</param>
    /// <param name="Length">In UTF-16 units.</param>
    internal sealed record Words(int Start, int Length);

    public static void Map(RouteGroupBuilder tasks) =>
        tasks
            .MapPost("/quick-add/reading", Handle)
            .WithName("ReadQuickTask")
            .WithSummary("Read a sentence without making a task");

    private static Ok<Read> Handle(Request request, Reading reading, IOptions<PlannerOptions> options)
    {
        var text = request.Text ?? "";
        var max = options.Value.QuickAddCharactersMax;
        if (text.Length > max)
            throw RefusedException.Field("text", $"must have at most {max} characters");
        var (_, sentence, fields, _) = reading.Read(text, request.TimeZone);
        return TypedResults.Ok(
            new Read(
                fields.Title,
                fields.PriorityGroup,
                fields.DeadlineAt,
                sentence.Confidence,
                sentence.IsUnsure,
                [.. sentence.Spans.Select(s => new Words(s.Start, s.Length))]
            )
            {
                Repeat = fields.Repeat,
            }
        );
    }
}
