using System.Net;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

public sealed partial class WeekContractTests
{
    [Fact]
    public async Task A_plan_is_made_and_applied_once_through_the_contract()
    {
        var study = await BeginAsync();
        var made = await Planner.MakePlanAsync(
            new() { UserId = study.User.Id, TaskClassIds = { (ulong)study.ClassId } },
            default
        );
        made.Changes.Count.ShouldBe(3);
        (await study.User.GetAsync($"/api/v1/schedule/plan/{made.PreviewId}")).ShouldBe(HttpStatusCode.OK);
        (await BlocksAsync(study)).ShouldBeEmpty();
        var apply = new ApplyPlanRequest
        {
            UserId = study.User.Id,
            PreviewId = made.PreviewId,
            IdempotencyKey = "k",
        };
        (await Planner.ApplyPlanAsync(apply, default)).ShouldBe(await Planner.ApplyPlanAsync(apply, default));
        (await BlocksAsync(study)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_plan_is_edited_in_what_is_named()
    {
        var study = await BeginAsync();
        var edit = new EditTaskClassRequest
        {
            UserId = study.User.Id,
            Id = (ulong)study.ClassId,
            Name = "renamed",
            RemovedItems = { (ulong)study.Items[2] },
            EditedItems =
            {
                new TaskItemEdit { Id = (ulong)study.Items[0], Sections = 3 },
            },
            AddedItems = { new TaskItemDraft { Content = "new" } },
            ExcludedDays = new Numbers { Values = { 7 } },
        };
        var before = await Planner.InspectTaskClassAsync(new() { UserId = edit.UserId, Id = edit.Id }, default);
        await Planner.EditTaskClassAsync(edit, default);
        var after = await Planner.InspectTaskClassAsync(new() { UserId = edit.UserId, Id = edit.Id }, default);
        (after.Summary.Name, after.Summary.StartDate, after.Summary.EndDate).ShouldBe(
            ("renamed", before.Summary.StartDate, before.Summary.EndDate)
        );
        after.Items.Select(i => i.Sections).ShouldBe([3, 2, 2]);
        after.Items.Take(2).Select(i => i.Id).ShouldBe([(ulong)study.Items[0], (ulong)study.Items[1]]);
        after.ExcludedDays.ShouldBe([7]);
        edit.Version = before.Summary.Version;
        (await Should.ThrowAsync<RefusedException>(() => Planner.EditTaskClassAsync(edit, default)))
            .Extensions!["rule"]
            .ShouldBe("class_version");
    }
}
