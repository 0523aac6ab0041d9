using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Tests.Planner.Schedule;

public sealed partial class MakePlanTests
{
    [Fact]
    public async Task A_stream_tells_progress_and_then_the_result()
    {
        var study = await BeginAsync();
        var answer = await study.User.PostAsync(
            "/api/v1/schedule/plan",
            new { task_class_ids = new[] { study.ClassId } },
            ("Accept", "text/event-stream")
        );
        answer.ShouldBe(HttpStatusCode.OK).Header("Content-Type").ShouldBe("text/event-stream");
        var events = answer.Text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        events[0].ShouldStartWith("event: progress\ndata: {\"rounds\":0");
        events[^1].ShouldStartWith("event: result\n");
        var result = JsonDocument.Parse(events[^1].Split("data: ")[1]).RootElement;
        (await study.ApplyAsync(result.GetProperty("preview_id").GetString()!)).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Only_so_many_plans_are_computed_at_once()
    {
        var study = await BeginAsync();
        var lanes = started.App.Services.GetRequiredService<PlanLanes>();
        using (await lanes.EnterAsync(study.User.Id, default))
        using (await lanes.EnterAsync(study.User.Id, default))
        {
            var refused = (await study.PlanAsync()).ShouldBeRefused(ErrorCodes.LimitReached);
            int.Parse(refused.Header("Retry-After")!).ShouldBeGreaterThan(0);
        }
        (await study.PlanAsync()).ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_client_that_leaves_gives_its_lane_back()
    {
        var study = await BeginAsync(items: 40);
        var second = await study.AddClassAsync(40);
        var lanes = started.App.Services.GetRequiredService<PlanLanes>();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/schedule/plan")
        {
            Content = System.Net.Http.Json.JsonContent.Create(
                new { task_class_ids = new[] { study.ClassId, second }, budget_ms = 2_000 },
                options: JsonSerializerOptions.Default
            ),
        };
        request.Headers.Accept.ParseAdd("text/event-stream");
        using (var response = await study.User.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead))
        {
            await using var body = await response.Content.ReadAsStreamAsync();
            (await body.ReadAsync(new byte[16])).ShouldBeGreaterThan(0);
        }
        await Eventually.IsTrueAsync(() => Task.FromResult(lanes.Inside == 0), "the lane is free");
    }

    [Fact]
    public async Task A_computation_that_is_cancelled_keeps_no_preview()
    {
        var study = await BeginAsync(items: 20);
        var second = await study.AddClassAsync(20);
        var planning = started.App.Services.GetRequiredService<Planning>();
        var reading = await planning.ReadAsync(
            study.User.Id,
            new PlanRequest([study.ClassId, second], null, 2_000, null, null, null),
            default
        );
        using var leaving = new CancellationTokenSource();
        var cancelled = new CancelsAtOnce(leaving);
        await Should.ThrowAsync<OperationCanceledException>(() =>
            planning.SolveAsync(reading, cancelled, leaving.Token)
        );
        cancelled.Told.ShouldBeTrue();
        await study.WriteAsync(async db =>
            (await db.PlanPreviews.AnyAsync(p => p.UserId == study.User.Id)).ShouldBeFalse()
        );
    }

    private sealed class CancelsAtOnce(CancellationTokenSource source)
        : IProgress<SmartFlow.Planner.Scheduling.PlanProgress>
    {
        public bool Told { get; private set; }

        public void Report(SmartFlow.Planner.Scheduling.PlanProgress value)
        {
            Told = true;
            source.Cancel();
        }
    }
}
