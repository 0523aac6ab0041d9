using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class ReportPostTests(Plaza plaza)
{
    [Fact]
    public async Task A_reader_is_heard_once_and_only_with_a_reason_about_a_post_that_is_there()
    {
        const string reports = "/api/v1/admin/plan-square/reports";
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var boss = await plaza.App.OperatorAsync("boss-of-one-report");
        var id = await mei.PublishAsync("被举报的计划");
        (await ReportAsync(li, id, "boring", new string('字', 201)))
            .ShouldBeRefused(ErrorCodes.InvalidArgument)
            .Json.GetProperty("errors")
            .EnumerateObject()
            .Select(e => e.Name)
            .Order()
            .ShouldBe(["note", "reason"]);
        (await ReportAsync(li, 999_999, "spam", "没有的")).ShouldBeRefused(ErrorCodes.NotFound);
        foreach (var note in new[] { "第一次说的", "第二次说的" })
            (await ReportAsync(li, id, "copyright", note)).ShouldBe(HttpStatusCode.NoContent);
        var open = (await boss.GetAsync(reports))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single(r => r.GetProperty("post_id").GetInt64() == id);
        (open.GetProperty("reason").GetString(), open.GetProperty("note").GetString()).ShouldBe(
            ("copyright", "第一次说的")
        );
        // Nobody has to decide about what is gone.
        (await mei.DeleteAsync($"{Square}/posts/{id}")).ShouldBe(HttpStatusCode.NoContent);
        (await boss.GetAsync(reports)).ShouldBe(HttpStatusCode.OK).Text.ShouldNotContain("被举报的计划");
    }

    private static Task<Answer> ReportAsync(TestUser user, long post, string reason, string note) =>
        user.PostAsync($"{Square}/posts/{post}/report", new { reason, note });
}
