using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web;

/// <summary>On a route that bounds its body itself.</summary>
public sealed class ReadsBodyItself;

/// <summary>
/// Larger bodies of every other route: what has arrived is taken of a budget for each user (before signing in: each
/// address) and for the process until the request has ended, and all of it has to arrive within a time. Small ones,
/// which nearly all are, cost nothing; the server's own rate bounds how long they take.
/// </summary>
internal sealed class ArrivingBodies(IOptions<WebOptions> options, TimeProvider time)
{
    /// <summary>Bodies that say that they are no longer are not counted.</summary>
    public const int SmallBytes = 16 * 1_024;

    private readonly BodyBudget budget = new(options.Value.MaxUserBodyBytes, options.Value.MaxTotalBodyBytes);

    /// <summary>Bytes taken now.</summary>
    public long Total => budget.Total;

    /// <summary>After the user is known, before anything reads the body.</summary>
    public Task InvokeAsync(HttpContext context, RequestDelegate next) =>
        IsLarge(context) && context.GetEndpoint()?.Metadata.GetMetadata<ReadsBodyItself>() is null
            ? MeterAsync(context, next)
            : next(context);

    private static bool IsLarge(HttpContext context) =>
        context.Request.ContentLength is { } length
            ? length > SmallBytes
            : context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true;

    private async Task MeterAsync(HttpContext context, RequestDelegate next)
    {
        var (user, body) = (context.User, context.Request.Body);
        var owner =
            user.Identity?.IsAuthenticated == true
                ? new BodyOwner(user.UserId(), null)
                : new BodyOwner(0, Network.Of(context.Connection.RemoteIpAddress));
        using var lease = budget.Open(owner);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.BodySeconds), time);
        context.Request.Body = new MeteredBody(body, lease, options.Value.BodySeconds, deadline.Token);
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Body = body;
        }
    }

    /// <summary>Counts what is read.</summary>
    private sealed class MeteredBody(Stream body, BodyBudget.Lease lease, int seconds, CancellationToken deadline)
        : ReadingStream
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, cancellationToken);
            try
            {
                var read = await body.ReadAsync(buffer, either.Token);
                lease.Take(read);
                return read;
            }
            catch (OperationCanceledException)
                when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new RefusedException(ErrorCodes.RequestTimeout, $"The body had not come after {seconds} s.");
            }
        }
    }
}
