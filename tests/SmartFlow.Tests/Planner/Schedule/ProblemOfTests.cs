using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Planner;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Planner.Scheduling;
using SmartFlow.Planner.TaskClasses;

namespace SmartFlow.Tests.Planner.Schedule;

public sealed class ProblemOfTests(StartedApp started) : IClassFixture<StartedApp>
{
    private const int Sections = 12;

    [Fact]
    public async Task A_term_becomes_slots_and_what_stands_there_becomes_items_and_fixed_blocks()
    {
        var study = await Study.BeginAsync(await started.NewUserAsync(), items: 5);
        await study.User.PutAsync("/api/v1/terms/current", new { holidays = new[] { new { date = "2026-11-30" } } });
        await study.PlaceItemAsync(0, 1, 1, 1);
        await study.PlaceItemAsync(1, 2, 3, 1);
        await study.PlaceTaskAsync(0, 2, 4, 5);
        await study.WriteAsync(db =>
            db.Placements.Where(p => p.ItemId == study.Items[1])
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.Locked, true))
        );
        await study.PlaceItemAsync(2, 2, 5, 1);
        await study.WriteAsync(db =>
            db.TaskItems.Where(i => i.Id == study.Items[3])
                .ExecuteUpdateAsync(s => s.SetProperty(i => i.DeadlineAt, StartedApp.Now.AddHours(1)))
        );

        var problem = await ReadAsync(study, replan: true);
        problem.Slots.Length.ShouldBe(28 * Sections);
        problem.Slots[2].ShouldBe(SlotKind.Course);
        problem.Slots[Sections].ShouldBe(1);
        problem.Slots[7 * Sections].ShouldBe(SlotKind.Holiday);
        problem.Slots[8 * Sections].ShouldBe(2);
        problem.Now.ShouldBe(2 * Sections + 6);
        problem.Fixed.ShouldBe(
            [new FixedBlock(0, 2, study.ClassId), new FixedBlock(10 * Sections + 4, 1)],
            ignoreOrder: true
        );
        problem
            .Classes[0]
            .Items.ShouldBe([
                new PlanItem(study.Items[1], 2, null, 9 * Sections, true),
                new PlanItem(study.Items[2], 2, null, 11 * Sections),
                new PlanItem(study.Items[3], 2, 2 * Sections + 6),
                new PlanItem(study.Items[4], 2),
            ]);
        (await ReadAsync(study, replan: false)).Classes[0].Items[1].At.ShouldBeNull();
        var missed = await ReadAsync(study, replan: true, study.Items[0]);
        missed.Classes[0].Items[0].ShouldBe(new PlanItem(study.Items[0], 2));
        missed.Fixed.Count.ShouldBe(1);
    }

    [Fact]
    public void The_words_of_both_sides_mean_the_same()
    {
        Enum.GetNames<ClassStrategy>().ShouldBe(Enum.GetNames<Strategy>());
        Enum.GetNames<ClassSubject>().ShouldBe(Enum.GetNames<Subject>());
        Enum.GetNames<SmartFlow.Planner.TaskClasses.Level>()
            .ShouldBe(Enum.GetNames<SmartFlow.Planner.Scheduling.Level>());
    }

    private async Task<PlanProblem> ReadAsync(Study study, bool replan, params long[] missed)
    {
        await using var db = await started
            .App.Services.GetRequiredService<IDbContextFactory<PlannerDb>>()
            .CreateDbContextAsync();
        var term = await db.Terms.AsNoTracking().SingleAsync(t => t.UserId == study.User.Id);
        var request = new PlanRequest([study.ClassId], null, null, null, replan, missed);
        return (await Planning.ReadAsync(db, term, request, StartedApp.Now, default)).Of.Problem;
    }
}
