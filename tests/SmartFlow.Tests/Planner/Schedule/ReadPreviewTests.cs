using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(PlanCollection))]
public sealed class ReadPreviewTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task A_preview_expires_and_only_the_newest_are_kept()
    {
        var study = await BeginAsync();
        var first = (await study.PlanAsync()).Json.GetProperty("preview_id").GetString()!;
        for (var n = 0; n < 20; n++)
            await study.PlanAsync();
        (await study.User.GetAsync($"/api/v1/schedule/plan/{first}")).ShouldBeRefused(ErrorCodes.NotFound);
        await study.WriteAsync(async db =>
            (await db.PlanPreviews.CountAsync(p => p.UserId == study.User.Id)).ShouldBe(20)
        );
        var last = (await study.PlanAsync()).Json.GetProperty("preview_id").GetString()!;
        await study.WriteAsync(db =>
            db.PlanPreviews.Where(p => p.Id == last)
                .ExecuteUpdateAsync(s => s.SetProperty(p => p.ExpiresAt, StartedApp.Now.AddMinutes(-1)))
        );
        (await study.ApplyAsync(last))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("expired");
    }

    [Fact]
    public async Task Somebody_elses_preview_or_study_plan_does_not_exist()
    {
        var study = await BeginAsync();
        var id = (await study.PlanAsync()).Json.GetProperty("preview_id").GetString()!;
        var tom = await BeginAsync();
        (await tom.User.GetAsync($"/api/v1/schedule/plan/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.AdjustAsync(id, new { item_id = study.Items[0], unplace = true })).ShouldBeRefused(
            ErrorCodes.NotFound
        );
        (await tom.ApplyAsync(id)).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.User.DeleteAsync($"/api/v1/schedule/plan/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.PlanAsync(new { task_class_ids = new[] { study.ClassId } })).ShouldBeRefused(ErrorCodes.NotFound);
    }
}
