using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.TaskClasses;

/// <summary>GET /task-classes: those that end first come first. Progress instead of the items.</summary>
internal static class ListTaskClasses
{
    /// <summary>A class in a list: its items are read with the class.</summary>
    internal sealed record Summary(
        long Id,
        string Name,
        ClassMode Mode,
        DateOnly StartDate,
        DateOnly EndDate,
        ClassSubject Subject,
        Level Difficulty,
        Level Intensity,
        ClassStrategy Strategy,
        int Hue,
        string? Source,
        int Version,
        DateTimeOffset UpdatedAt,
        ClassProgress Progress
    );

    public static void Map(RouteGroupBuilder classes) =>
        classes.MapGet("/", HandleAsync).WithName("ListTaskClasses").WithSummary("Own study plans with their progress");

    private static async Task<Ok<Paged<Summary>>> HandleAsync(
        int? page,
        int? page_size,
        ClaimsPrincipal user,
        IDbContextFactory<PlannerDb> databases,
        CancellationToken cancellationToken
    )
    {
        var query = PageQuery.Of(page, page_size);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (items, total) = await FindAsync(db, user.UserId(), query, cancellationToken);
        return TypedResults.Ok(query.Wrap(items, total));
    }

    public static async Task<(IReadOnlyList<Summary> Items, int Total)> FindAsync(
        PlannerDb db,
        ulong userId,
        PageQuery query,
        CancellationToken cancellationToken
    )
    {
        var own = db.TaskClasses.AsNoTracking().Where(c => c.UserId == userId);
        var total = await own.CountAsync(cancellationToken);
        var found = await own.OrderBy(c => c.EndDate)
            .ThenBy(c => c.Id)
            .Skip(query.Skip)
            .Take(query.Size)
            .ToListAsync(cancellationToken);
        var progress = await ProgressAsync(db, found.ConvertAll(c => c.Id), cancellationToken);
        return (found.ConvertAll(c => Of(c, progress.GetValueOrDefault(c.Id) ?? ClassProgress.None)), total);
    }

    private static Task<Dictionary<long, ClassProgress>> ProgressAsync(
        PlannerDb db,
        List<long> classes,
        CancellationToken cancellationToken
    ) =>
        db
            .TaskItems.Where(i => classes.Contains(i.TaskClassId))
            .GroupBy(i => i.TaskClassId)
            .Select(g => new
            {
                g.Key,
                Items = g.Count(),
                Placed = g.Count(i => i.Status == ItemStatus.Applied),
                Done = g.Count(i => i.DoneAt != null),
                Sections = g.Sum(i => i.Sections),
                PlacedSections = g.Sum(i => i.Status == ItemStatus.Applied ? i.Sections : 0),
            })
            .ToDictionaryAsync(
                g => g.Key,
                g => new ClassProgress(g.Items, g.Placed, g.Done, g.Sections, g.PlacedSections),
                cancellationToken
            );

    public static Summary Of(TaskClass c, ClassProgress progress) =>
        new(
            c.Id,
            c.Name,
            c.Mode,
            c.StartDate,
            c.EndDate,
            c.Subject,
            c.Difficulty,
            c.Intensity,
            c.Strategy,
            c.Hue,
            c.Source,
            c.Version,
            c.UpdatedAt,
            progress
        );
}
