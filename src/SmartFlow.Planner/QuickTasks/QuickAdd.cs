using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.QuickTasks;

/// <summary>
/// POST /tasks/quick-add: a task from one line of Chinese or English, by rules and where they are unsure by a model.
/// </summary>
internal static class QuickAdd
{
    /// <param name="Text">E.g. 提醒我下周日前交大作业.</param>
    /// <param name="TimeZone">An IANA name; absent: the server's default.</param>
    /// <param name="SecondOpinion">Whether a model may be asked, and paid for, where the rules are unsure; absent:
    /// yes.</param>
    internal sealed record Request(string? Text, string? TimeZone, bool? SecondOpinion);

    /// <summary>The task and how it was read.</summary>
    /// <param name="ReadBy">rule or model.</param>
    /// <param name="Confidence">How sure the rules were of the deadline, 0 to 1; 0 where they found none.</param>
    /// <param name="Matched">The words that the rules read as a date or time.</param>
    /// <param name="SecondOpinion">What became of asking a model.</param>
    /// <param name="CreditMicros">What asking cost.</param>
    internal sealed record Added(
        long Id,
        string Title,
        [property: AllowedValues(1, 2, 3, 4)] int PriorityGroup,
        int EstimatedSections,
        DateTimeOffset? DeadlineAt,
        DateTimeOffset? UrgencyThresholdAt,
        DateTimeOffset? CompletedAt,
        DateTimeOffset CreatedAt,
        DateTimeOffset UpdatedAt,
        DateTimeOffset? PromotedAt,
        string? PromotionReason,
        Reader ReadBy,
        double Confidence,
        IReadOnlyList<string> Matched,
        Opinion SecondOpinion,
        long CreditMicros
    )
    {
        /// <summary>On which days it repeats; null: once.</summary>
        public RepeatRule? Repeat { get; init; }
    }

    internal enum Reader
    {
        Rule,
        Model,
    }

    public static void Map(RouteGroupBuilder tasks) =>
        tasks
            .MapPost("/quick-add", HandleAsync)
            .WithIdempotency<PlannerDb>()
            .WithName("QuickAddTask")
            .WithSummary("Make a quick task from a sentence");

    private static async Task<Created<Added>> HandleAsync(
        Request request,
        ClaimsPrincipal user,
        HttpContext context,
        NewQuickTask tasks,
        Reading reading,
        SecondOpinion model,
        IOptions<PlannerOptions> options,
        CancellationToken cancellationToken
    )
    {
        var text = request.Text?.Trim() ?? "";
        var max = options.Value.QuickAddCharactersMax;
        if (text.Length == 0)
            throw RefusedException.Field("text", "must not be empty");
        if (text.Length > max)
            throw RefusedException.Field("text", $"must have at most {max} characters");
        var read = reading.Read(text, request.TimeZone);
        var opinion =
            request.SecondOpinion is false && read.Sentence.IsUnsure
                ? new Opinions(read.Fields, Opinion.Off)
                : await model.AskAsync(
                    user.UserId(),
                    context.IdempotencyKey(),
                    context.TraceIdentifier,
                    read,
                    cancellationToken
                );
        var (task, _) = await tasks.AddAsync(user.UserId(), opinion.Fields, key: null, cancellationToken);
        return TypedResults.Created($"/api/v1/tasks/{task.Id}", Of(task, read, opinion));
    }

    private static Added Of(QuickTask t, ReadSentence read, Opinions opinion) =>
        new(
            t.Id,
            t.Title,
            t.PriorityGroup,
            t.EstimatedSections,
            t.DeadlineAt,
            t.UrgencyThresholdAt,
            t.CompletedAt,
            t.CreatedAt,
            t.UpdatedAt,
            t.PromotedAt,
            t.PromotionReason,
            opinion.Outcome == Opinion.Used ? Reader.Model : Reader.Rule,
            read.Sentence.Confidence,
            read.Sentence.Matched,
            opinion.Outcome,
            opinion.CreditMicros
        )
        {
            Repeat = opinion.Fields.Repeat,
        };
}
