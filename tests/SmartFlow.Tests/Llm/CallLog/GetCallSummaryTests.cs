using System.Net;
using System.Text.Json;
using SmartFlow.Tests.Llm.Calls;
using static SmartFlow.Tests.Llm.CallLog.CallFields;

namespace SmartFlow.Tests.Llm.CallLog;

public sealed class GetCallSummaryTests
{
    [Fact]
    public async Task The_summary_adds_up_by_model_and_over_time()
    {
        await using var f = await CallFixture.StartAsync();
        await f.CallAsync("1");
        f.App.Clock.Advance(TimeSpan.FromHours(3));
        await f.StreamAsync("2");
        f.Provider.Answers = _ => new FakeAnswer { Status = 500 };
        await f.OutcomeAsync("3");
        var mei = await f.App.SignInAsync(f.User.Name);
        var summary = (await mei.GetAsync("/api/v1/calls/summary?period=24h&utc_offset_minutes=480"))
            .ShouldBe(HttpStatusCode.OK)
            .Json;
        var total = summary.GetProperty("total");
        Numbers(total, "calls", "failures", "input_tokens", "output_tokens", "credit_micros")
            .ShouldBe([3, 1, 20, 4, 2 * CallFixture.UsualCostMicros]);
        var model = summary.GetProperty("by_model").EnumerateArray().Single();
        model.GetProperty("model_name").GetString().ShouldBe(CallFixture.Model);
        Numbers(model.GetProperty("numbers"), "calls", "failures").ShouldBe([3, 1]);
        var series = summary.GetProperty("series").EnumerateArray().Select(s => s.GetProperty("numbers")).ToArray();
        series.Length.ShouldBe(25);
        series.Sum(n => n.GetProperty("calls").GetInt64()).ShouldBe(3);
        (series[^1].GetProperty("calls").GetInt64(), series[^4].GetProperty("calls").GetInt64()).ShouldBe((2, 1));
        series[^4].GetProperty("first_token_p50_ms").ValueKind.ShouldBe(JsonValueKind.Null);
        series[^1].GetProperty("first_token_p50_ms").ValueKind.ShouldBe(JsonValueKind.Number);
    }
}
