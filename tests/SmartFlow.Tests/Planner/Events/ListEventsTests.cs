using System.Net;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Events;

[Collection(nameof(EventCollection))]
public sealed class ListEventsTests(StartedApp host) : OwnEvents(host)
{
    [Fact]
    public async Task Events_are_listed_by_title_and_each_is_read_by_its_owner_alone()
    {
        var (mei, li) = (await BeginAsync(), await BeginAsync());
        var made = (await AddAsync("b", 1)).ShouldBe(HttpStatusCode.Created).Json;
        (await AddAsync("a", 2)).ShouldBe(HttpStatusCode.Created);
        (await TitlesAsync(mei)).ShouldBe(["a", "b"]);
        (await TitlesAsync(li)).ShouldBeEmpty();

        var path = $"{Events}/{Int(made, "id")}";
        (await mei.GetAsync(path)).ShouldBe(HttpStatusCode.OK).Json.GetRawText().ShouldBe(made.GetRawText());
        (await li.GetAsync(path)).ShouldBeRefused(ErrorCodes.NotFound);

        Task<Answer> AddAsync(string title, int section) =>
            MakeAsync(
                mei,
                new
                {
                    title,
                    date = "2026-11-26",
                    section_from = section,
                }
            );
        async Task<IEnumerable<string?>> TitlesAsync(TestUser user) =>
            (await user.GetAsync(Events))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray()
                .Select(one => Text(one, "title"));
    }
}
