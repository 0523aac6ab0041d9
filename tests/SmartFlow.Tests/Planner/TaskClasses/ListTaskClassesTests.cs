namespace SmartFlow.Tests.Planner.TaskClasses;

[Collection(nameof(TaskClassCollection))]
public sealed class ListTaskClassesTests(StartedApp started) : StudyPlans
{
    [Fact]
    public async Task Classes_are_listed_a_page_at_a_time_as_they_end()
    {
        var mei = await started.NewUserAsync();
        foreach (var day in (string[])["2026-12-20", "2026-12-05", "2026-12-10"])
            await MakeAsync(mei, Body(c => c["end_date"] = day));
        var page = (await mei.GetAsync(Path + "?page=1&page_size=2")).Json;
        page.GetProperty("items")
            .EnumerateArray()
            .Select(c => c.GetProperty("end_date").GetString())
            .ShouldBe(["2026-12-05", "2026-12-10"]);
        page.GetProperty("page").GetProperty("has_more").GetBoolean().ShouldBeTrue();
        page.GetProperty("items").EnumerateArray().Select(c => c.GetProperty("hue").GetInt32()).ShouldBe([1, 2]);
    }
}
