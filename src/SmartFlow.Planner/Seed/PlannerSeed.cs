using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.UserAuth;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Platform;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Seed;

/// <summary>
/// The planner's part of a scenario: a term with ten courses, three study plans partly placed, quick tasks in every
/// quadrant. A user who has a term already keeps what is there. Never in production.
/// </summary>
/// <param name="Scenario">Its name.</param>
/// <param name="Username">The user that the scenario is about, made by UserAuth's part.</param>
/// <param name="Week">Which week of 18 it is.</param>
internal sealed record SeedPlan(string Scenario, string Username, int Week)
{
    public static readonly SeedPlan Starter = new("starter", "demo", 12);

    /// <summary>The last week of courses; the exams are in the next.</summary>
    public static readonly SeedPlan WeekBeforeExams = new("week-before-exams", "exams", 17);
}

/// <inheritdoc cref="SeedPlan" />
internal sealed class PlannerSeed(
    SeedPlan plan,
    IHostEnvironment environment,
    IServiceProvider services,
    IWriter<PlannerDb> writer,
    TimeProvider clock,
    IOptions<PlannerOptions> options
) : ISeedScenario
{
    public string Name => plan.Scenario;

    public int Order => 30;

    public async Task SeedAsync(CancellationToken cancellationToken)
    {
        if (!environment.IsDevelopment())
            throw new SetupException(
                $"The scenario {plan.Scenario} is about a user with a public password: it runs in Development only."
            );
        if (services.GetService<IUserAuth>() is not { } users)
            return;
        var found = await users.GetUsersAsync(new GetUsersRequest { Usernames = { plan.Username } }, cancellationToken);
        if (found.Items.Count == 0)
            return;
        var week = new StudentWeek(found.Items[0].UserId, options.Value.TimeZone, clock.MicrosNow(), plan.Week);
        await writer.SaveAsync((db, token) => AddAsync(db, week, token), cancellationToken);
    }

    private static async Task AddAsync(PlannerDb db, StudentWeek week, CancellationToken cancellationToken)
    {
        if (await db.Terms.AnyAsync(t => t.UserId == week.Term.UserId, cancellationToken))
            return;
        db.Terms.Add(week.Term);
        await db.SaveChangesAsync(cancellationToken);
        var courses = week.Courses(week.Term.Id);
        db.Courses.AddRange(courses);
        db.QuickTasks.AddRange(week.Tasks());
        await db.SaveChangesAsync(cancellationToken);
        var arrangements = courses.SelectMany(c => c.Arrangements).ToList();
        foreach (var (made, items) in week.Plans())
        {
            db.TaskClasses.Add(made);
            await db.SaveChangesAsync(cancellationToken);
            var rows = items
                .Select((item, i) => NewTaskClass.Make(made, new ItemFields(null, item.Content, item.Sections), i))
                .ToList();
            db.TaskItems.AddRange(rows);
            await db.SaveChangesAsync(cancellationToken);
            foreach (var (row, item) in rows.Zip(items))
                if (week.Place(row, item, week.Term.Id, arrangements) is { } placement)
                    db.Placements.Add(placement);
        }
    }
}
