using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Planner.Scheduling;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Schedule.Previews;

/// <summary>
/// POST /schedule/plan: a plan for 1 to 6 classes as a preview. With Accept: text/event-stream it tells its progress
/// and then its result; a client that leaves ends it.
/// </summary>
internal static class MakePlan
{
    private const string EventStream = "text/event-stream";

    public static void Map(RouteGroupBuilder schedule) =>
        schedule
            .MapPost("/plan", HandleAsync)
            .WithName("MakePlan")
            .WithSummary("Plan study as a preview")
            .Produces<PlanView>(StatusCodes.Status200OK, "application/json", EventStream);

    private static async Task<Results<Ok<PlanView>, EmptyHttpResult>> HandleAsync(
        PlanRequest request,
        ClaimsPrincipal user,
        HttpContext http,
        Planning planning,
        PlanLanes lanes,
        CancellationToken cancellationToken
    )
    {
        var (userId, asked) = (user.UserId(), request.Checked());
        using var lane = await lanes.EnterAsync(userId, cancellationToken);
        var reading = await planning.ReadAsync(userId, asked, cancellationToken);
        if (!http.Request.Headers.Accept.Any(a => a?.Contains(EventStream, StringComparison.OrdinalIgnoreCase) == true))
            return TypedResults.Ok(await planning.SolveAsync(reading, null, cancellationToken));
        await StreamAsync(http.Response, planning, reading, cancellationToken);
        return TypedResults.Empty;
    }

    private static async Task StreamAsync(
        HttpResponse response,
        Planning planning,
        PlanReading reading,
        CancellationToken cancellationToken
    )
    {
        response.ContentType = EventStream;
        response.Headers.CacheControl = "no-cache";
        response.Headers["X-Accel-Buffering"] = "no";
        using var left = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var told = new Told(reading.Of.Problem);
        var solving = SolveAsync(planning, reading, told, left.Token);
        try
        {
            await SseFormatter.WriteAsync(EventsAsync(told, solving, left.Token), response.Body, cancellationToken);
        }
        finally
        {
            // The lane is given back only when nothing is computed any more.
            await left.CancelAsync();
            await ((Task)solving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task<PlanView> SolveAsync(
        Planning planning,
        PlanReading reading,
        Told told,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await planning.SolveAsync(reading, told, cancellationToken);
        }
        finally
        {
            told.End();
        }
    }

    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(
        Told told,
        Task<PlanView> solving,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        await foreach (var progress in told.ReadAsync(cancellationToken))
            yield return Event("progress", progress);
        yield return await EndAsync(solving);
    }

    private static async Task<SseItem<string>> EndAsync(Task<PlanView> solving)
    {
        try
        {
            return Event("result", await solving);
        }
        catch (RefusedException refused)
        {
            return Event(
                "error",
                new
                {
                    status = refused.Code.HttpStatus,
                    code = refused.Code.Code,
                    detail = refused.Message,
                }
            );
        }
    }

    private static SseItem<string> Event<T>(string name, T data) =>
        new(JsonSerializer.Serialize(data, WebJson.Options), name);

    /// <summary>Holds the newest progress until the client has taken the one before.</summary>
    private sealed class Told : IProgress<PlanProgress>
    {
        private readonly Channel<PlanProgress> newest = Channel.CreateBounded<PlanProgress>(
            new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest }
        );

        public Told(PlanProblem problem) =>
            Report(
                new PlanProgress(0, 0, problem.Classes.Sum(c => c.Items.Where(i => !i.Locked).Sum(i => i.Sections)), 0)
            );

        public void Report(PlanProgress value) => newest.Writer.TryWrite(value);

        public void End() => newest.Writer.TryComplete();

        public IAsyncEnumerable<PlanProgress> ReadAsync(CancellationToken cancellationToken) =>
            newest.Reader.ReadAllAsync(cancellationToken);
    }
}
