using System.Net;
using static SmartFlow.Tests.Memory.Nights;

namespace SmartFlow.Tests.Memory;

[Collection(nameof(MemoryCollection))]
public sealed class CreateMemoryTests(RememberingApp host)
{
    [Fact]
    public async Task Every_wrong_field_is_named()
    {
        var mei = await host.NewUserAsync();
        var answer = await mei.WriteDownAsync(
            new
            {
                type = "fact",
                title = " ",
                content = new string('x', 301),
                importance = 6,
                expires_at = "2020-01-01T00:00:00Z",
                hours = new
                {
                    kind = "forbidden",
                    days = new[] { 8 },
                    from = "25:00",
                    to = "x",
                },
            }
        );
        answer.ShouldBe(HttpStatusCode.BadRequest);
        answer
            .Json.GetProperty("errors")
            .EnumerateObject()
            .Select(e => e.Name)
            .Order()
            .ShouldBe(["content", "expires_at", "hours.days", "hours.from", "hours.to", "importance", "title"]);
        (
            await mei.WriteDownAsync(
                new
                {
                    type = "fact",
                    title = "x",
                    hours = Night,
                }
            )
        ).Json.GetProperty("errors").TryGetProperty("type", out _).ShouldBeTrue();
        (await mei.GetAsync("/api/v1/memory/items?type=feeling")).ShouldBe(HttpStatusCode.BadRequest);
    }
}
