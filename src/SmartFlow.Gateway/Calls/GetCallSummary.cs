using System.ComponentModel.DataAnnotations;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.Calls;

/// <summary>
/// Sums over ended calls. Times are null where no call has them; first-token times are those of streams.
/// </summary>
/// <param name="Failures">Calls whose caller got no whole answer and did not leave by itself.</param>
internal sealed record CallNumbers(
    long Calls,
    long Failures,
    long InputTokens,
    long OutputTokens,
    long CachedTokens,
    long CacheWriteTokens,
    long ReasoningTokens,
    long CreditMicros,
    long CostMicroYuan,
    long? FirstTokenP50Ms,
    long? FirstTokenP95Ms,
    long? DurationP50Ms,
    long? DurationP95Ms
)
{
    public static CallNumbers Of(CallFigures f)
    {
        var (streamed, answered) = (f.Streams > 0, f.Calls > f.Failures);
        return new CallNumbers(
            f.Calls,
            f.Failures,
            f.Usage.Input,
            f.Usage.Output,
            f.Usage.Cached,
            f.Usage.CacheWrite,
            f.Usage.Reasoning,
            f.CreditMicros,
            f.CostMicroYuan,
            streamed ? f.FirstTokenP50Ms : null,
            streamed ? f.FirstTokenP95Ms : null,
            answered ? f.DurationP50Ms : null,
            answered ? f.DurationP95Ms : null
        );
    }
}

internal sealed record ModelNumbers(string ProviderName, string ModelName, CallNumbers Numbers);

internal sealed record TimeNumbers(DateTimeOffset At, CallNumbers Numbers);

/// <summary>What was called in a period.</summary>
/// <param name="CoveredFrom">The numbers are of calls that ended from here on.</param>
/// <param name="Truncated">There were more than are looked through: the numbers begin later than the period.</param>
/// <param name="Running">Calls that run now, whenever they began.</param>
/// <param name="Series">One entry for every bucket, also where nothing was called.</param>
internal sealed record CallSummary(
    [property: AllowedValues("24h", "7d", "30d")] string Period,
    DateTimeOffset CoveredFrom,
    bool Truncated,
    long Running,
    CallNumbers Total,
    IReadOnlyList<ModelNumbers> ByModel,
    IReadOnlyList<TimeNumbers> Series
);

/// <summary>
/// GET /api/v1/calls/summary?period&amp;utc_offset_minutes: of one's own calls; period is 24h (default), 7d or 30d, the
/// offset says where the reader's days begin. GET /api/v1/admin/calls/summary: of everybody's, or of user_id's.
/// Refusals: invalid_argument.
/// </summary>
internal static class GetCallSummary
{
    public static void MapCallSummary(this IEndpointRouteBuilder routes)
    {
        routes
            .MapGet(
                "/api/v1/calls/summary",
                (
                    ClaimsPrincipal user,
                    ILlm llm,
                    string? period,
                    [FromQuery(Name = "utc_offset_minutes")] int? offset,
                    CancellationToken cancellationToken
                ) => HandleAsync(llm, user.UserId(), everybody: false, period, offset, cancellationToken)
            )
            .OpenToKeys(ApiKeyScope.Calls)
            .WithTags("calls")
            .WithName("GetCallSummary");
        routes
            .MapGet(
                "/api/v1/admin/calls/summary",
                (
                    ILlm llm,
                    string? period,
                    [FromQuery(Name = "utc_offset_minutes")] int? offset,
                    [FromQuery(Name = "user_id")] ulong? userId,
                    CancellationToken cancellationToken
                ) => HandleAsync(llm, userId ?? 0, everybody: userId is null, period, offset, cancellationToken)
            )
            .RequireAuthorization(Policies.Operator)
            .WithTags("Administration")
            .WithName("GetSummaryOfAllCalls");
    }

    private static async Task<CallSummary> HandleAsync(
        ILlm llm,
        ulong userId,
        bool everybody,
        string? period,
        int? offset,
        CancellationToken cancellationToken
    )
    {
        var found = await llm.GetCallSummaryAsync(
            new GetCallSummaryRequest
            {
                UserId = userId,
                Everybody = everybody,
                Period = period is null or "" ? "24h" : period,
                UtcOffsetMinutes = offset ?? 0,
            },
            cancellationToken
        );
        return new CallSummary(
            found.Period,
            CallAnswer.Time(found.CoveredFrom)!.Value,
            found.Truncated,
            found.Running,
            CallNumbers.Of(found.Figures),
            [.. found.ByModel.Select(m => new ModelNumbers(m.ProviderName, m.ModelName, CallNumbers.Of(m.Figures)))],
            [.. found.Series.Select(s => new TimeNumbers(CallAnswer.Time(s.At)!.Value, CallNumbers.Of(s.Figures)))]
        );
    }
}
