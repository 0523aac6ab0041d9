using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Planner.Scheduling;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>What a preview was made from, as it is kept.</summary>
/// <param name="Now">The moment that its past ended with.</param>
/// <param name="ClassVersions">The study plans' versions by id: an edit since refuses the apply.</param>
internal sealed record PlanAsked(PlanRequest Request, DateTimeOffset Now, IReadOnlyDictionary<long, int> ClassVersions)
{
    public static PlanAsked Read(PlanPreview preview) =>
        JsonSerializer.Deserialize<PlanAsked>(preview.Request, WebJson.Options)!;
}

/// <summary>A term and classes, read and translated.</summary>
internal sealed record PlanReading(TermState State, ProblemOf Of, PlanAsked Asked);

/// <summary>
/// Reads what a plan needs, has it computed, and keeps the preview. Nothing that stands in the schedule changes.
/// </summary>
internal sealed class Planning(
    IDbContextFactory<PlannerDb> databases,
    IWriter<PlannerDb> writer,
    TermWriter terms,
    TimeProvider clock,
    IOptions<PlannerOptions> options
)
{
    /// <exception cref="RefusedException">not_found: a study plan; invalid_argument: one of manual mode, or nothing
    /// missed there.</exception>
    public async Task<PlanReading> ReadAsync(ulong userId, PlanRequest request, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var term = await terms.ReadAsync(db, userId, cancellationToken);
        // A preview refers to its term.
        if (term.Id == 0)
            term = await terms.ChangeAsync(userId, (_, made, _) => Task.FromResult(made), cancellationToken);
        var reading = await ReadAsync(db, term, request, clock.MicrosNow(), cancellationToken);
        CheckMissed(reading, request);
        return reading;
    }

    /// <summary>
    /// The term's version is read before what it covers, so that a change in between refuses the apply.
    /// </summary>
    public static async Task<PlanReading> ReadAsync(
        PlannerDb db,
        Term term,
        PlanRequest request,
        DateTimeOffset now,
        CancellationToken cancellationToken
    )
    {
        var found = await db
            .TaskClasses.AsNoTracking()
            .Where(c => c.UserId == term.UserId && request.TaskClassIds.Contains(c.Id))
            .ToDictionaryAsync(c => c.Id, cancellationToken);
        var classes = request
            .TaskClassIds.Select(id => found.GetValueOrDefault(id) ?? throw ReadTaskClass.NotFound())
            .ToList();
        if (classes.Find(c => c.Mode == ClassMode.Manual) is { } manual)
            throw RefusedException.Field("task_class_ids", $"“{manual.Name}” is placed by hand (mode manual)");
        var state = await TermState.LoadAsync(db, term, null, [], request.TaskClassIds, cancellationToken);
        return new PlanReading(
            state,
            new ProblemOf(state, classes, request, now),
            new PlanAsked(request, now, classes.ToDictionary(c => c.Id, c => c.Version))
        );
    }

    /// <summary>Keeps a core busy for as long as the budget says.</summary>
    public async Task<PlanView> SolveAsync(
        PlanReading reading,
        IProgress<PlanProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var (state, of, asked) = reading;
        var answer = await Task.Run(
            () => Scheduler.Solve(of.Problem, progress, cancellationToken: cancellationToken),
            cancellationToken
        );
        cancellationToken.ThrowIfCancellationRequested();
        var now = clock.MicrosNow();
        var view = new PlanViewOf(state, of, asked.Request).Make(
            answer,
            Guid.CreateVersion7(now).ToString(),
            now,
            now.AddMinutes(options.Value.PlanPreviewMinutes)
        );
        await writer.SaveAsync((db, token) => KeepAsync(db, state.Term, asked, view, token), cancellationToken);
        return view;
    }

    private async Task KeepAsync(
        PlannerDb db,
        Term term,
        PlanAsked asked,
        PlanView view,
        CancellationToken cancellationToken
    )
    {
        var own = db.PlanPreviews.Where(p => p.UserId == term.UserId);
        var last = await own.OrderByDescending(p => p.CreatedAt)
            .Skip(options.Value.PlanPreviewsMax - 1)
            .Select(p => (DateTimeOffset?)p.CreatedAt)
            .FirstOrDefaultAsync(cancellationToken);
        if (last is { } oldest)
            await own.Where(p => p.CreatedAt <= oldest).ExecuteDeleteAsync(cancellationToken);
        db.PlanPreviews.Add(
            new PlanPreview
            {
                Id = view.PreviewId,
                UserId = term.UserId,
                TermId = term.Id,
                BaseVersion = view.BaseVersion,
                Request = JsonSerializer.Serialize(asked, WebJson.Options),
                Answer = Write(view),
                CreatedAt = view.CreatedAt,
                ExpiresAt = view.ExpiresAt,
            }
        );
    }

    public static string Write(PlanView view) => JsonSerializer.Serialize(view, WebJson.Options);

    public static PlanView Read(PlanPreview preview) =>
        JsonSerializer.Deserialize<PlanView>(preview.Answer, WebJson.Options)! with
        {
            Revision = preview.Revision,
            AppliedAt = preview.AppliedAt,
        };

    private static void CheckMissed(PlanReading reading, PlanRequest request)
    {
        foreach (var id in request.MissedItemIds ?? [])
            if (
                !request.TaskClassIds.Contains(reading.State.Items.GetValueOrDefault(id)?.TaskClassId ?? 0)
                || reading.Of.BlockOf(id) is not { } block
                || !reading.Of.Begun(block)
            )
                throw RefusedException.Field(
                    "missed_item_ids",
                    $"{id} is no item of these study plans whose block has begun"
                );
    }
}
