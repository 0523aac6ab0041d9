using System.Globalization;
using System.Net;
using SmartFlow.Tests.Planner;
using static SmartFlow.Tests.Gateway.GatewayClient;

namespace SmartFlow.Tests.Gateway;

[Collection(nameof(GatewayHost))]
public sealed class ListLimitsTests(StartedApp started)
{
    [Fact]
    public async Task What_is_used_of_a_limit_is_shown_to_its_owner_with_the_time_when_it_begins_anew()
    {
        const string path = "/api/v1/limits";
        var (mei, li) = (await started.NewUserAsync(), await started.NewUserAsync());
        var key = (await mei.PostAsync("/api/v1/api-keys", new { name = "a", limits = new { credit_per_day = 5 } }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("key")
            .GetString()!;
        using var script = started.App.WithKey(key);
        var call = (await script.PostAsync("/v1/chat/completions", Chat("Hi", "demo"))).ShouldBe(HttpStatusCode.OK);
        var day = (await mei.GetAsync(path))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("items")
            .EnumerateArray()
            .Single(l => l.GetProperty("period").GetString() == "day");
        day.GetProperty("subject").GetString().ShouldBe("api_key");
        day.GetProperty("credit_micros")
            .GetInt64()
            .ShouldBe(long.Parse(call.Header("x-smartflow-credit-micros")!, CultureInfo.InvariantCulture));
        day.GetProperty("resets_at")
            .GetDateTimeOffset()
            .ShouldBe(new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero));
        (await li.GetAsync(path)).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await started.App.Anonymous.FetchAsync(path)).ShouldBe(HttpStatusCode.Unauthorized);
    }
}
