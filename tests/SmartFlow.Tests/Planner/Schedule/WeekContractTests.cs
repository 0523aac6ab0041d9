using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

/// <summary>The week through the contract: what other modules may ask and change.</summary>
public sealed partial class WeekContractTests(StartedApp started) : IClassFixture<StartedApp>
{
    private static int keys;

    private static string NextKey() => $"key-{Interlocked.Increment(ref keys)}";

    private IPlanner Planner => started.App.Services.GetRequiredService<IPlanner>();

    [Fact]
    public async Task A_dry_run_tells_what_would_change_and_changes_nothing()
    {
        var study = await BeginAsync();
        var asked = Request(study, Place(study, 0, "2026-11-26", 5));
        asked.DryRun = true;
        var would = await Planner.ChangeScheduleAsync(asked, default);
        var change = would.Changes.ShouldHaveSingleItem();
        change.Before.ShouldBeNull();
        (change.After.At.Week, change.After.At.Day, change.After.At.SectionFrom, change.After.At.SectionTo).ShouldBe(
            (1, 4, 5, 6)
        );
        (await BlocksAsync(study)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_changes_the_week_once_and_tells_its_repeat_the_same()
    {
        var study = await BeginAsync();
        var asked = Request(study, Place(study, 0, "2026-11-26", 5));
        asked.IdempotencyKey = "k";
        var made = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Planner.ChangeScheduleAsync(asked, default)));
        made.Select(m => m.Changes.Single().After.Id).Distinct().ShouldHaveSingleItem().ShouldBeGreaterThan(0ul);
        made.Select(m => m.Version).Distinct().Count().ShouldBe(1);
        (await BlocksAsync(study)).Count.ShouldBe(1);
        asked.Wishes[0].SectionFrom = 7;
        (await RefusedAsync(asked)).Code.ShouldBe(ErrorCodes.KeyReused);
    }

    [Fact]
    public async Task Another_version_is_refused_and_nothing_is_changed()
    {
        var study = await BeginAsync();
        var seen = (await Planner.GetScheduleAsync(new GetScheduleRequest { UserId = study.User.Id }, default))
            .Term
            .Version;
        await study.PlaceTaskAsync(0, 2, 1, 1);
        var asked = Request(study, Place(study, 0, "2026-11-26", 5));
        (asked.IdempotencyKey, asked.Version) = ("k", seen);
        (await RefusedAsync(asked)).Extensions!["rule"].ShouldBe("version");
        (await BlocksAsync(study)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Blocks_are_moved_swapped_locked_and_taken_out_all_or_none()
    {
        var study = await BeginAsync();
        var (a, b) = (
            await MakeAsync(study, TaskAt(study, 0, "2026-11-26", 5)),
            await MakeAsync(study, TaskAt(study, 1, "2026-11-26", 7))
        );
        var swapped = await ChangeAsync(study, new BlockWish { PlacementId = a, SwapWith = b });
        swapped.Changes.Select(c => c.After.At.SectionFrom).ShouldBe([7, 5]);

        // The lecture is in the way of the second: the first stays too.
        var two = Request(
            study,
            new BlockWish
            {
                PlacementId = a,
                Date = "2026-11-27",
                SectionFrom = 1,
            },
            new BlockWish
            {
                PlacementId = b,
                Date = "2026-11-30",
                SectionFrom = 3,
            }
        );
        two.IdempotencyKey = NextKey();
        (await RefusedAsync(two)).Extensions!["rule"].ShouldBe("overlap");
        (await BlocksAsync(study)).Select(x => x.At.Date).ShouldBe(["2026-11-26", "2026-11-26"]);

        await ChangeAsync(study, new BlockWish { PlacementId = a, Locked = true });
        var move = Request(
            study,
            new BlockWish
            {
                PlacementId = a,
                Date = "2026-11-27",
                SectionFrom = 1,
            }
        );
        move.IdempotencyKey = NextKey();
        (await RefusedAsync(move)).Extensions!["rule"].ShouldBe("locked");
        await ChangeAsync(study, new BlockWish { PlacementId = b, Unplace = true });
        (await BlocksAsync(study)).ShouldHaveSingleItem().Id.ShouldBe(a);
        (await study.User.PostAsync("/api/v1/schedule/undo")).ShouldBe(HttpStatusCode.OK);
        (await BlocksAsync(study)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Another_users_blocks_items_plans_and_courses_do_not_exist()
    {
        var (mei, tom) = (await BeginAsync(), await BeginAsync());
        var block = await MakeAsync(mei, TaskAt(mei, 0, "2026-11-26", 5));
        BlockWish[] wishes =
        [
            new() { PlacementId = block, Unplace = true },
            Place(mei, 0, "2026-11-26", 7),
            TaskAt(mei, 1, "2026-11-26", 7),
            new() { PlacementId = ulong.MaxValue, Unplace = true },
        ];
        foreach (var wish in wishes)
        {
            var asked = Request(tom, wish);
            asked.IdempotencyKey = NextKey();
            (await RefusedAsync(asked)).Code.ShouldBe(ErrorCodes.NotFound);
        }
        var (user, plan) = (tom.User.Id, (ulong)mei.ClassId);
        Func<Task>[] others =
        [
            () => Planner.InspectTaskClassAsync(new() { UserId = user, Id = plan }, default),
            () =>
                Planner.EditTaskClassAsync(
                    new()
                    {
                        UserId = user,
                        Id = plan,
                        Name = "mine",
                    },
                    default
                ),
            () => Planner.DeleteTaskClassAsync(new() { UserId = user, Id = plan }, default),
            () => Planner.MakePlanAsync(new() { UserId = user, TaskClassIds = { plan } }, default),
            () => Planner.FindFreeSlotsAsync(new() { UserId = user, TaskClassId = plan }, default),
            () => Planner.GetQuickTaskAsync(new() { UserId = user, Id = (ulong)mei.Tasks[0] }, default),
            () =>
                Planner.EditQuickTaskAsync(
                    new()
                    {
                        UserId = user,
                        Id = (ulong)mei.Tasks[0],
                        Title = "mine",
                    },
                    default
                ),
            () =>
                Planner.CompleteQuickTaskAsync(
                    new()
                    {
                        UserId = user,
                        Id = (ulong)mei.Tasks[0],
                        Completed = true,
                    },
                    default
                ),
            () =>
                Planner.CancelCourseAsync(
                    new()
                    {
                        UserId = user,
                        CourseId = (ulong)mei.FillerCourse,
                        Week = 1,
                    },
                    default
                ),
            () =>
                Planner.ApplyPlanAsync(
                    new()
                    {
                        UserId = user,
                        PreviewId = "none",
                        IdempotencyKey = "k",
                    },
                    default
                ),
        ];
        foreach (var other in others)
            (await Should.ThrowAsync<RefusedException>(other)).Code.ShouldBe(ErrorCodes.NotFound);
        (await BlocksAsync(mei)).Count.ShouldBe(1);
    }

    [Fact]
    public async Task What_is_not_free_has_its_reason()
    {
        var study = await BeginAsync();
        await MakeAsync(study, TaskAt(study, 0, "2026-11-30", 7));
        var found = await Planner.FindFreeSlotsAsync(
            new()
            {
                UserId = study.User.Id,
                From = "2026-11-30",
                To = "2026-12-01",
                Sections = 2,
            },
            default
        );
        found
            .Days[0]
            .Runs.Select(r => (r.SectionFrom, r.SectionTo, r.State, r.Fits))
            .ShouldBe([
                (1, 2, "free", true),
                (3, 4, "course", false),
                (5, 6, "free", true),
                (7, 7, "study", false),
                (8, 12, "free", true),
            ]);
        found
            .Days[1]
            .Runs.Select(r => (r.SectionFrom, r.SectionTo, r.State, r.Fits))
            .ShouldBe([(1, 4, "filler", true), (5, 12, "free", true)]);
        var past = await Planner.FindFreeSlotsAsync(new() { UserId = study.User.Id, From = "2026-11-24" }, default);
        past.Days[0].Runs.ShouldAllBe(r => r.State == "past" && !r.Fits);
    }

    [Fact]
    public async Task A_course_is_cancelled_for_one_week_and_again_without_effect()
    {
        var study = await BeginAsync();
        var cancel = new CancelCourseRequest
        {
            UserId = study.User.Id,
            CourseId = (ulong)study.FillerCourse,
            Week = 2,
        };
        (await Planner.CancelCourseAsync(cancel, default)).Lessons.ShouldBe(1);
        (await Planner.CancelCourseAsync(cancel, default)).Lessons.ShouldBe(0);
        (await CoursesAsync(study, "2026-12-01")).ShouldBe(0);
        (await CoursesAsync(study, "2026-12-08")).ShouldBe(1);
    }

    [Fact]
    public async Task A_cancelled_week_loses_what_really_runs_in_it()
    {
        var study = await BeginAsync();
        (
            await study.User.PutAsync(
                "/api/v1/terms/current",
                new
                {
                    holidays = new[] { new { date = "2026-12-08", name = "a holiday" } },
                    swap_days = new[] { new { date = "2026-12-05", follows = "2026-12-08" } },
                }
            )
        ).ShouldBe(HttpStatusCode.OK);
        (await CoursesAsync(study, "2026-12-05")).ShouldBe(1);
        var cancel = new CancelCourseRequest
        {
            UserId = study.User.Id,
            CourseId = (ulong)study.FillerCourse,
            Week = 2,
        };
        (await Planner.CancelCourseAsync(cancel, default)).Lessons.ShouldBe(2);
        (await CoursesAsync(study, "2026-12-01")).ShouldBe(0);
        (await CoursesAsync(study, "2026-12-05")).ShouldBe(0);
        (await CoursesAsync(study, "2026-12-15")).ShouldBe(1);
    }

    [Fact]
    public async Task An_analysis_names_what_is_missing_and_what_helps()
    {
        var study = await BeginAsync();
        var found = await Planner.AnalyseScheduleAsync(new() { UserId = study.User.Id }, default);
        found.Metrics.UnplacedItems.ShouldBe(3);
        var issue = found.Issues.ShouldHaveSingleItem();
        (issue.Kind, issue.Severity, issue.Action, issue.Sections).ShouldBe(("unplaced", "medium", "run_scheduler", 6));
        await Planner.EditTaskClassAsync(
            new()
            {
                UserId = study.User.Id,
                Id = (ulong)study.ClassId,
                StartDate = "2026-11-23",
                EndDate = "2026-11-24",
            },
            default
        );
        (await Planner.AnalyseScheduleAsync(new() { UserId = study.User.Id }, default)).Issues.ShouldBeEmpty(
            "the plan is over"
        );
        await Planner.EditTaskClassAsync(
            new()
            {
                UserId = study.User.Id,
                Id = (ulong)study.ClassId,
                StartDate = "2026-11-25",
                EndDate = "2026-11-25",
            },
            default
        );
        (await Planner.AnalyseScheduleAsync(new() { UserId = study.User.Id }, default))
            .Issues.ShouldHaveSingleItem()
            .Kind.ShouldBe("unplaced");
    }

    private async Task<Study> BeginAsync() => await Study.BeginAsync(await started.NewUserAsync());

    private static BlockWish Place(Study study, int item, string date, int from) =>
        new()
        {
            ItemId = (ulong)study.Items[item],
            Date = date,
            SectionFrom = from,
        };

    private static BlockWish TaskAt(Study study, int task, string date, int from) =>
        new()
        {
            QuickTaskId = (ulong)study.Tasks[task],
            Date = date,
            SectionFrom = from,
        };

    private static ChangeScheduleRequest Request(Study study, params BlockWish[] wishes)
    {
        var request = new ChangeScheduleRequest { UserId = study.User.Id };
        request.Wishes.Add(wishes);
        return request;
    }

    private Task<ChangeScheduleResponse> ChangeAsync(Study study, params BlockWish[] wishes)
    {
        var request = Request(study, wishes);
        request.IdempotencyKey = NextKey();
        return Planner.ChangeScheduleAsync(request, default);
    }

    private async Task<ulong> MakeAsync(Study study, BlockWish wish) =>
        (await ChangeAsync(study, wish)).Changes.Single().After.Id;

    private Task<RefusedException> RefusedAsync(ChangeScheduleRequest request) =>
        Should.ThrowAsync<RefusedException>(() => Planner.ChangeScheduleAsync(request, default));

    private async Task<List<BlockMessage>> BlocksAsync(Study study)
    {
        var found = await Planner.GetScheduleAsync(
            new()
            {
                UserId = study.User.Id,
                From = "2026-11-23",
                To = "2026-12-20",
            },
            default
        );
        return [.. found.Blocks.Where(b => b.Kind != "course")];
    }

    private async Task<int> CoursesAsync(Study study, string date) =>
        (await Planner.GetScheduleAsync(new() { UserId = study.User.Id, From = date }, default)).Blocks.Count(b =>
            b.Kind == "course"
        );
}
