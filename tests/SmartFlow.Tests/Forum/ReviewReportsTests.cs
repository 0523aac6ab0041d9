using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class ReviewReportsTests(Plaza plaza)
{
    [Fact]
    public async Task A_report_reaches_the_operators_who_keep_or_remove_the_post()
    {
        var (mei, li) = (await plaza.NewUserAsync(), await plaza.NewUserAsync());
        var boss = await plaza.App.OperatorAsync("boss-of-reports");
        var id = await mei.PublishAsync("可疑的计划书", tags: ["可疑"]);
        (await li.PostAsync($"{Square}/posts/{id}/report", new { reason = "boring" })).ShouldBeRefused(
            ErrorCodes.InvalidArgument
        );
        for (var i = 0; i < 2; i++)
            (await li.PostAsync($"{Square}/posts/{id}/report", new { reason = "spam", note = "广告" })).ShouldBe(
                HttpStatusCode.NoContent
            );
        (await li.GetAsync("/api/v1/admin/plan-square/reports")).ShouldBeRefused(ErrorCodes.Forbidden);
        var open = (await boss.GetAsync("/api/v1/admin/plan-square/reports"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single(r => r.GetProperty("post_id").GetInt64() == id);
        open.GetProperty("note").GetString().ShouldBe("广告");
        (await boss.PostAsync($"/api/v1/admin/plan-square/posts/{id}/remove")).ShouldBe(HttpStatusCode.NoContent);
        (await li.GetAsync($"{Square}/posts/{id}")).ShouldBeRefused(ErrorCodes.NotFound);
        (await boss.GetAsync("/api/v1/admin/plan-square/reports"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(0);
        var other = await mei.PublishAsync("另一份可疑的", tags: ["可疑"]);
        await li.PostAsync($"{Square}/posts/{other}/report", new { reason = "abuse" });
        (await boss.PostAsync($"/api/v1/admin/plan-square/posts/{other}/keep")).ShouldBe(HttpStatusCode.NoContent);
        (await li.GetAsync($"{Square}/posts/{other}")).ShouldBe(HttpStatusCode.OK);
        (await boss.GetAsync("/api/v1/admin/plan-square/reports"))
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32()
            .ShouldBe(0);
        (await boss.GetAsync("/api/v1/admin/audit")).Text.ShouldContain($"post:{id}");
        (await plaza.App.AuditAsync()).ShouldBeEmpty();
    }
}
