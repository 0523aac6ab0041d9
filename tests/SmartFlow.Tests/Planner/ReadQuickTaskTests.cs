using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

public sealed class ReadQuickTaskTests : TaskList
{
    [Fact]
    public async Task A_line_that_is_typed_is_read_with_the_places_of_its_date_and_makes_no_task()
    {
        var read = (await mei.PostAsync("/api/v1/tasks/quick-add/reading", new { text = " 提醒我下周日前交大作业" }))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        read.GetProperty("title").GetString().ShouldBe("交大作业");
        read.GetProperty("deadline_at").GetString().ShouldBe("2026-12-06T15:59:00Z");
        read.GetProperty("unsure").GetBoolean().ShouldBeFalse();
        var words = read.GetProperty("words").EnumerateArray().Single();
        (words.GetProperty("start").GetInt32(), words.GetProperty("length").GetInt32()).ShouldBe((4, 4));
        (await mei.PostAsync("/api/v1/tasks/quick-add/reading", new { text = "" }))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("words")
            .GetArrayLength()
            .ShouldBe(0);
        (await mei.PostAsync("/api/v1/tasks/quick-add/reading", new { text = new string('a', 501) })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await ListAsync("")).ShouldBeEmpty();
    }
}
