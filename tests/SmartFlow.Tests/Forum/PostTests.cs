using System.Net;
using SmartFlow.Platform.Errors;
using static SmartFlow.Tests.Forum.PlazaActs;

namespace SmartFlow.Tests.Forum;

[Collection(nameof(PlazaOfPosts))]
public sealed class PostTests(Plaza plaza)
{
    [Fact]
    public async Task A_stranger_reads_and_a_reader_whose_access_cookie_ran_out_is_told_to_refresh()
    {
        var id = await (await plaza.NewUserAsync()).PublishAsync("谁都能读的计划");
        foreach (var path in new[] { "/posts", $"/posts/{id}", $"/posts/{id}/comments", "/tags" })
        {
            (await plaza.App.Anonymous.FetchAsync(Square + path)).ShouldBe(HttpStatusCode.OK);
            (await plaza.App.Anonymous.FetchAsync(Square + path, ("Cookie", "sf_csrf=kept"))).ShouldBeRefused(
                ErrorCodes.Unauthenticated
            );
        }
    }
}
