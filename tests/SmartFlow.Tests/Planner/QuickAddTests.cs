using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner;

public sealed class QuickAddTests : TaskList
{
    [Fact]
    public async Task Quick_add_reads_the_date_the_title_and_the_quadrant()
    {
        var task = (await mei.PostAsync("/api/v1/tasks/quick-add", new { text = "提醒我下周日前交大作业" }))
            .ShouldBe(HttpStatusCode.Created)
            .Json;
        task.GetProperty("title").GetString().ShouldBe("交大作业");
        task.GetProperty("deadline_at").GetString().ShouldBe("2026-12-06T15:59:00Z");
        task.GetProperty("urgency_threshold_at").GetString().ShouldBe("2026-12-05T15:59:00Z");
        task.GetProperty("priority_group").GetInt32().ShouldBe(2);
        await GroupOf("urgent: call the bank", 1);
        await GroupOf("今晚8点开会", 1);
        await GroupOf("顺便买牛奶", 3);
        await GroupOf("read the book whenever", 4);
        (await mei.PostAsync("/api/v1/tasks/quick-add", new { text = " " })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        (await mei.PostAsync("/api/v1/tasks/quick-add", new { text = "a", time_zone = "Mars/Base" })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
    }

    private async Task GroupOf(string text, int group)
    {
        var task = (await mei.PostAsync("/api/v1/tasks/quick-add", new { text })).ShouldBe(HttpStatusCode.Created).Json;
        task.GetProperty("priority_group").GetInt32().ShouldBe(group, text);
    }
}
