using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

[Collection(nameof(ScheduleCollection))]
public sealed class EmbedBlockTests(StartedApp app) : Studies(app)
{
    [Fact]
    public async Task A_block_goes_inside_a_filler_course_where_it_fits_first_or_where_it_is_told_to()
    {
        var (study, tom) = (await BeginAsync(), await BeginAsync());
        (await EmbedAsync(study, study.Filler, item: study.Items[0], week: 2)).ShouldBe(HttpStatusCode.OK);
        (await EmbedAsync(study, study.Filler, task: study.Tasks[0], week: 3, from: 3)).ShouldBe(HttpStatusCode.OK);
        // One block has a lesson to itself.
        (await EmbedAsync(study, study.Filler, task: study.Tasks[1], week: 2, from: 4))
            .ShouldBeRefused(ErrorCodes.Conflict)
            .Json.GetProperty("rule")
            .GetString()
            .ShouldBe("filler_taken");
        (await study.AllBlocksAsync())
            .Split('\n')
            .Select(l => l[(l.IndexOf(' ') + 1)..])
            .ShouldBe(["item 1 w2 d2 1-2 embedded", "task 1 w3 d2 3-3 embedded"]);

        (await EmbedAsync(study, study.Filler, item: study.Items[1], task: study.Tasks[1], week: 3))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .TryGetProperty("item_id", out _)
            .ShouldBeTrue();
        (await EmbedAsync(tom, study.Filler, item: tom.Items[0], week: 2)).ShouldBeRefused(ErrorCodes.NotFound);
        (await EmbedAsync(tom, tom.Filler, item: study.Items[1], week: 2)).ShouldBeRefused(ErrorCodes.NotFound);
        (await tom.AllBlocksAsync()).ShouldBeEmpty();
    }

    private static Task<Answer> EmbedAsync(
        Study study,
        long arrangement,
        int week,
        long? item = null,
        long? task = null,
        int? from = null
    ) =>
        study.PostAsync(
            "embed",
            new
            {
                item_id = item,
                quick_task_id = task,
                arrangement_id = arrangement,
                week,
                section_from = from,
            }
        );
}
