using System.Globalization;
using System.Text.Json;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.CallLog;

/// <summary>Which calls are asked for. Whose they are is a condition of the query itself.</summary>
internal sealed record CallFilter(ListCallsRequest Request, long UserId, DateTimeOffset? From, DateTimeOffset? To)
{
    private const int MaxLength = 200;

    private static readonly string[] Running = [CallState.Started, CallState.Sent, CallState.Suspense];
    private static readonly string[] Ended = [CallState.Finished, CallState.Failed, CallState.Settled];

    /// <exception cref="RefusedException">invalid_argument naming every field that is wrong.</exception>
    public static CallFilter Of(ListCallsRequest request)
    {
        var from = Time(request.From);
        var to = Time(request.To);
        new FieldErrors()
            .Text("scene", request.Scene, 0, MaxLength)
            .Text("model", request.Model, 0, MaxLength)
            .Text("outcome", request.Outcome, 0, MaxLength)
            .OneOf("state", request.State, ["", .. Running, .. Ended])
            .Require(request.From.Length == 0 || from is not null, "from", "must be a time as in RFC 3339")
            .Require(request.To.Length == 0 || to is not null, "to", "must be a time as in RFC 3339")
            .Require(from is null || to is null || from < to, "to", "must be after from")
            .Throw("No call can be found so.");
        return new CallFilter(request, Owner(request.UserId, request.Everybody), from, to);
    }

    /// <summary>The user, or 0 for everybody: one of the two must be said.</summary>
    /// <exception cref="RefusedException">invalid_argument.</exception>
    public static long Owner(ulong userId, bool everybody) =>
        everybody == (userId == 0) && userId <= long.MaxValue
            ? (long)userId
            : throw RefusedException.Field(
                "user_id",
                "must name a user, or nobody where everybody's calls are asked for"
            );

    public bool TakesRunning => Request.Outcome.Length == 0 && !Ended.Contains(Request.State);

    public bool TakesEnded => !Running.Contains(Request.State);

    /// <summary>Something that no index knows: a bounded number of calls is looked through for it.</summary>
    public bool LooksThrough =>
        Request.Scene.Length + Request.Model.Length + Request.Outcome.Length + Request.State.Length > 0;

    public static IQueryable<LlmCall> EndedOf(IQueryable<LlmCall> calls, long userId) =>
        (userId == 0 ? calls : calls.Where(c => c.UserId == userId)).Where(c => c.FinishedAt != null);

    /// <summary>
    /// Calls that have not ended, of the small index of those; the sum keeps SQLite from choosing the user's index.
    /// </summary>
    public static IQueryable<LlmCall> RunningOf(IQueryable<LlmCall> calls, long userId)
    {
        var open = calls.Where(c =>
            c.State == CallState.Started || c.State == CallState.Sent || c.State == CallState.Suspense
        );
        return userId == 0 ? open : open.Where(c => c.UserId + c.Candidate - c.Candidate == userId);
    }

    public IQueryable<LlmCall> EndedIn(IQueryable<LlmCall> calls)
    {
        var ended = EndedOf(calls, UserId);
        if (From is { } from)
            ended = ended.Where(c => c.FinishedAt >= from);
        if (To is { } to)
            ended = ended.Where(c => c.FinishedAt < to);
        return ended.OrderByDescending(c => c.FinishedAt).ThenByDescending(c => c.Id);
    }

    public IQueryable<LlmCall> RunningIn(IQueryable<LlmCall> calls)
    {
        var running = RunningOf(calls, UserId);
        if (From is { } from)
            running = running.Where(c => c.StartedAt >= from);
        if (To is { } to)
            running = running.Where(c => c.StartedAt < to);
        return Matching(running).OrderByDescending(c => c.Id);
    }

    public IQueryable<LlmCall> Matching(IQueryable<LlmCall> calls)
    {
        var (scene, model, outcome, state) = (Request.Scene, Request.Model, Request.Outcome, Request.State);
        if (scene.Length > 0)
            calls = calls.Where(c => c.Scene == scene);
        if (outcome.Length > 0)
            calls = calls.Where(c => c.Outcome == outcome);
        if (state.Length > 0)
            calls = calls.Where(c => c.State == state);
        if (model.Length == 0)
            return calls;
        var candidate = "\"model\":" + JsonSerializer.Serialize(model, EventJson.Options);
        return calls.Where(c => c.ModelAlias == model || c.Candidates.Contains(candidate));
    }

    private static DateTimeOffset? Time(string text) =>
        DateTimeOffset.TryParse(
            text,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time
        )
            ? time
            : null;
}
