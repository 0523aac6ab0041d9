using System.Net;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Events;
using SmartFlow.Planner;
using SmartFlow.Planner.Schedule;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Outbox;
using SmartFlow.Tests.Planner.Schedule;

namespace SmartFlow.Tests.Memory;

/// <summary>Hours that a memory holds are kept by the planner, which names them.</summary>
public sealed class RememberedHoursTests(RememberingApp host) : IClassFixture<RememberingApp>
{
    [Fact]
    public async Task A_plan_keeps_what_was_said_in_a_chat_names_it_and_leaves_out_what_has_no_room()
    {
        // One day, a Monday: sections 3-4 are a lecture; after 14:00 nothing is left but sections 1 and 2.
        var study = await BeginAsync(items: 2, new(2026, 11, 30), new(2026, 11, 30));
        await study.User.TellAsync("never after 14:00");
        await HeardAsync(study.User, 1);
        var plan = (await PlanAsync(study)).ShouldBe(HttpStatusCode.OK).Json;
        var placed = plan.GetProperty("placements").EnumerateArray().ShouldHaveSingleItem();
        placed.GetProperty("section_to").GetInt32().ShouldBe(2);
        var reason = plan.GetProperty("reasons").EnumerateArray().ShouldHaveSingleItem();
        reason.Text("rule").ShouldBe("full");
        plan.GetProperty("hours")
            .EnumerateArray()
            .ShouldHaveSingleItem()
            .Text("title")
            .ShouldBe("No study after 14:00");
        var help = plan.GetProperty("relaxations").EnumerateArray().Single(r => r.Text("kind") == "ignore_hours");
        help.GetProperty("sections_gained").GetInt32().ShouldBe(2);

        await study.User.TellAsync("no Mondays");
        await HeardAsync(study.User, 2);
        reason = (await PlanAsync(study)).Json.GetProperty("reasons")[0];
        (reason.Text("rule"), reason.Text("because")).ShouldBe(("hours", "No study after 14:00; No study on Mondays"));

        // The request of the moment goes before: two places, and what they differ from is said.
        var anyway = (await PlanAsync(study, ignore: true)).Json;
        anyway.GetProperty("placements").GetArrayLength().ShouldBe(2);
        anyway
            .GetProperty("warnings")
            .EnumerateArray()
            .Where(w => w.Text("rule") == "outside_hours")
            .ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Liked_hours_are_a_cost_with_its_own_weight()
    {
        var study = await BeginAsync(items: 3, new(2026, 11, 30), new(2026, 12, 20));
        var before = (await PlanAsync(study)).Json;
        Term(before).GetProperty("amount_milli").GetInt64().ShouldBe(0);
        (
            await study.User.WriteDownAsync(
                new
                {
                    type = "preference",
                    title = "Evenings",
                    hours = new
                    {
                        kind = "preferred",
                        days = new[] { 1, 2, 3, 4, 5, 6, 7 },
                        from = "18:00",
                        to = "24:00",
                    },
                }
            )
        ).ShouldBe(HttpStatusCode.Created);
        await HeardAsync(study.User, 1);
        var plan = (await PlanAsync(study)).Json;
        plan.GetProperty("placements").EnumerateArray().ShouldAllBe(p => p.GetProperty("section_from").GetInt32() >= 9);
        var free = (await PlanAsync(study, hoursWeight: 0)).Json;
        free.GetProperty("placements")
            .EnumerateArray()
            .Select(p => p.GetProperty("section_from").GetInt32())
            .ShouldBe(
                before.GetProperty("placements").EnumerateArray().Select(p => p.GetProperty("section_from").GetInt32())
            );
        Term(free).GetProperty("amount_milli").GetInt64().ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task What_is_only_supposed_forbids_nothing_and_off_frees_all_hours()
    {
        var study = await BeginAsync(items: 1, new(2026, 11, 30), new(2026, 11, 30));
        await study.User.TellAsync("maybe no Mondays, I think never on Mondays");
        (await PlanAsync(study)).Json.GetProperty("placements").GetArrayLength().ShouldBe(1);
        await study.User.TellAsync("no Mondays");
        await HeardAsync(study.User, 1);
        (await PlanAsync(study)).Json.GetProperty("placements").GetArrayLength().ShouldBe(0);
        (await study.User.PutAsync("/api/v1/memory/settings", new { enabled = false })).ShouldBe(HttpStatusCode.OK);
        await HeardAsync(study.User, 0);
        (await PlanAsync(study)).Json.GetProperty("placements").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task By_hand_a_block_may_stand_there_and_it_is_said()
    {
        var study = await BeginAsync(items: 1, new(2026, 11, 23), new(2026, 12, 20));
        await study.User.WriteDownAsync(
            new
            {
                type = "constraint",
                title = "No Fridays",
                hours = new
                {
                    kind = "forbidden",
                    days = new[] { 5 },
                    from = "00:00",
                    to = "24:00",
                },
            }
        );
        await HeardAsync(study.User, 1);
        var placed = (await study.PlaceItemAsync(0, 2, 5, 1)).ShouldBe(HttpStatusCode.Created).Json;
        var warning = placed.GetProperty("warnings").EnumerateArray().ShouldHaveSingleItem();
        (warning.Text("rule"), warning.Text("because")).ShouldBe(("outside_hours", "No Fridays"));
    }

    [Fact]
    public async Task An_older_event_changes_nothing()
    {
        var mei = await host.NewUserAsync();
        var consumer = host.App.Services.GetServices<IConsumer>().OfType<FollowMemory>().Single();
        await consumer.HandleAsync([Changed(mei, 7, "new"), Changed(mei, 6, "old"), Changed(mei, 7, "again")], default);
        await using var db = await host
            .App.Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<PlannerDb>>()
            .CreateDbContextAsync();
        (await UserHours.ReadAsync(db, mei.Id, default)).Single().Title.ShouldBe("new");
    }

    private static BusEvent Changed(TestUser user, long revision, string title) =>
        new(
            $"hours-{title}",
            EventNames.MemoryHoursChanged,
            "1",
            EventJson.Write(
                new MemoryHoursChanged
                {
                    UserId = user.Id,
                    Revision = revision,
                    Hours =
                    [
                        new StudyHours
                        {
                            MemoryId = 1,
                            Title = title,
                            Forbidden = true,
                            Days = 1,
                            FromMinute = 0,
                            ToMinute = 60,
                        },
                    ],
                }
            ),
            "",
            RememberingApp.Now
        );

    private async Task<Study> BeginAsync(int items, DateOnly from, DateOnly to) =>
        await Study.BeginAsync(await host.NewUserAsync(), items, tasks: 0, c =>
            (c.StartDate, c.EndDate, c.AllowFillerCourses) = (from, to, false)
        );

    private static Task<Answer> PlanAsync(Study study, bool? ignore = null, int? hoursWeight = null) =>
        study.PostAsync(
            "plan",
            new
            {
                task_class_ids = new[] { study.ClassId },
                ignore_hours = ignore,
                weights = hoursWeight is null ? null : new { hours = hoursWeight },
            }
        );

    private static JsonElement Term(JsonElement plan) =>
        plan.GetProperty("quality").GetProperty("terms").EnumerateArray().Single(t => t.Text("term") == "hours");

    /// <summary>The planner has heard of so many hours.</summary>
    private async Task HeardAsync(TestUser user, int count) =>
        await Eventually.IsTrueAsync(
            async () =>
            {
                await using var db = await host
                    .App.Services.GetRequiredService<Microsoft.EntityFrameworkCore.IDbContextFactory<PlannerDb>>()
                    .CreateDbContextAsync();
                return (await UserHours.ReadAsync(db, user.Id, default)).Count == count;
            },
            $"the planner knows of {count} hours"
        );
}
