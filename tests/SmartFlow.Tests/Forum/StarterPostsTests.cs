using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;

namespace SmartFlow.Tests.Forum;

public sealed class StarterPostsTests
{
    [Fact]
    public async Task A_development_copy_begins_with_somebody_elses_plans_once()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var seed = app.Services.GetServices<ICommand>().Single(c => c.Name == "seed");
        for (var i = 0; i < 2; i++)
            (await seed.RunAsync(["starter"], TextWriter.Null, default)).ShouldBe(0);
        var posts = (await app.Anonymous.FetchAsync(PlazaActs.Square + "/posts")).Json;
        posts.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(4);
        posts
            .GetProperty("items")
            .EnumerateArray()
            .Select(p => p.GetProperty("author").GetProperty("name").GetString())
            .Distinct()
            .ShouldBe(["林晚秋"]);
        (await app.AuditAsync()).ShouldBeEmpty();
    }
}
