using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Planner.Terms;

[Collection(nameof(TermCollection))]
public sealed class ReadTermTests(StartedApp host) : OwnTerms(host)
{
    [Fact]
    public async Task A_new_user_sees_the_default_term_and_saves_it_with_changes()
    {
        var mei = await started.NewUserAsync();
        var term = (await mei.GetAsync(Current)).ShouldBe(HttpStatusCode.OK).Json;
        term.GetProperty("id").ValueKind.ShouldBe(JsonValueKind.Null);
        term.GetProperty("weeks").GetInt32().ShouldBe(20);
        term.GetProperty("section_times").GetArrayLength().ShouldBe(12);
        term.GetProperty("section_times")[11].GetProperty("ends").GetString().ShouldBe("22:30");
        term.GetProperty("first_monday").GetString().ShouldBe("2026-11-23");
        term.GetProperty("current_week").GetInt32().ShouldBe(1);

        var saved = (
            await mei.PutAsync(
                Current,
                new
                {
                    name = " 大三上 ",
                    first_monday = "2026-09-07",
                    holidays = new[] { new { date = "2026-10-01", name = "国庆节" } },
                    swap_days = new[] { new { date = "2026-10-10", follows = "2026-10-01" } },
                }
            )
        ).ShouldBe(HttpStatusCode.OK).Json;
        saved.GetProperty("name").GetString().ShouldBe("大三上");
        saved.GetProperty("current_week").GetInt32().ShouldBe(12);

        var again = (await mei.GetAsync(Current)).Json;
        again.GetRawText().ShouldBe(saved.GetRawText());
        (await mei.PutAsync(Current, new { weeks = 18 }))
            .Json.GetProperty("version")
            .GetInt64()
            .ShouldBe(saved.GetProperty("version").GetInt64() + 1);
        (await mei.GetAsync("/api/v1/terms")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await (await started.NewUserAsync()).GetAsync("/api/v1/terms"))
            .Json.GetProperty("items")
            .GetArrayLength()
            .ShouldBe(0);
    }
}
