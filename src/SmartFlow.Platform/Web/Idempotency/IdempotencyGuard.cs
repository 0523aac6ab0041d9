using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Idempotency;

/// <summary>Runs a marked route once per key and hands the kept answer to its repeats.</summary>
internal sealed class IdempotencyGuard(IOptions<IdempotencyOptions> options, IRecentAnswers recent)
{
    private const string Header = "Idempotency-Key";
    private const string Alias = "X-Idempotency-Key";
    private const string ReplayedHeader = "Idempotency-Replayed";
    private const int MaxKeyLength = 255;
    private const int MaxRouteLength = 200;

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IdempotencyMetadata>() is not { } metadata)
            return next(context);
        var key = Key(context.Request);
        if (key is not null)
            return RunAsync(context, next, metadata.Answers(context.RequestServices), key);
        return metadata.Required
            ? throw new RefusedException(
                ErrorCodes.IdempotencyKeyRequired,
                $"Send a {Header} of your own, the same when you repeat this request."
            )
            : next(context);
    }

    private async Task RunAsync(HttpContext context, RequestDelegate next, IIdempotentAnswers answers, string key)
    {
        var call = new IdempotentCall(
            context.User.UserId(),
            Route(context.Request),
            key,
            await TakeBodyAsync(context.Request, context.RequestAborted)
        );
        context.Features.Set(call);
        if (await recent.FindAsync(call) is { } known)
        {
            await ReplayAsync(context, known);
            return;
        }
        switch (await answers.BeginAsync(call, context.RequestAborted))
        {
            case Begun.Answered { Stored: var stored }:
                await ReplayAsync(context, stored);
                return;
            case Begun.OtherBody:
                throw new RefusedException(
                    ErrorCodes.KeyReused,
                    $"This {Header} was sent with another request; choose a new one."
                );
            case Begun.Running:
                throw new RefusedException(
                    ErrorCodes.InFlight,
                    "The first request with this key still runs; ask again.",
                    retryAfter: TimeSpan.FromSeconds(1)
                );
            case Begun.First first:
                await RunFirstAsync(context, next, answers, call, first);
                return;
        }
    }

    /// <summary>A client that hangs up does not stop it, so that its repeat finds the answer.</summary>
    private async Task RunFirstAsync(
        HttpContext context,
        RequestDelegate next,
        IIdempotentAnswers answers,
        IdempotentCall call,
        Begun.First first
    )
    {
        var response = context.Response;
        var (wire, aborted) = (response.Body, context.RequestAborted);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.RunSeconds));
        using var answer = new MemoryStream();
        response.Body = answer;
        context.RequestAborted = limit.Token;
        var kept = false;
        try
        {
            await next(context);
            if (response.StatusCode < StatusCodes.Status400BadRequest)
            {
                var body = answer.Length <= options.Value.MaxAnswerBytes ? answer.ToArray() : null;
                await answers.FinishAsync(
                    call,
                    first,
                    response.StatusCode,
                    body,
                    response.ContentType,
                    response.Headers.Location
                );
                kept = true;
                if (body is not null)
                    await recent.KeepAsync(
                        call,
                        response.StatusCode,
                        body,
                        response.ContentType,
                        response.Headers.Location
                    );
            }
        }
        finally
        {
            (response.Body, context.RequestAborted) = (wire, aborted);
            if (!kept)
                await answers.ForgetAsync(call, first);
        }
        answer.Position = 0;
        await answer.CopyToAsync(wire, context.RequestAborted);
    }

    private static async Task ReplayAsync(HttpContext context, Outbox.IdempotentRequest stored)
    {
        if (stored.Body is not { } body)
            throw new RefusedException(
                ErrorCodes.ResultExpired,
                "It was done, but its answer was too large to keep: read the result."
            );
        var response = context.Response;
        response.StatusCode = stored.Status;
        response.ContentType = stored.ContentType;
        if (stored.Location is { } location)
            response.Headers.Location = location;
        response.Headers[ReplayedHeader] = "true";
        if (body.Length > 0)
            await response.Body.WriteAsync(body, context.RequestAborted);
    }

    private static string? Key(HttpRequest request)
    {
        var given = request.Headers[Header];
        var alias = request.Headers[Alias];
        if (given.Count + alias.Count == 0)
            return null;
        if (given.Count > 1 || alias.Count > 1 || (given.Count == 1 && alias.Count == 1 && given[0] != alias[0]))
            throw RefusedException.Field(Header, "must be sent once");
        var key = (given.Count == 1 ? given[0] : alias[0]) ?? "";
        if (key.Length is 0 or > MaxKeyLength)
            throw RefusedException.Field(Header, $"must have 1 to {MaxKeyLength} characters");
        foreach (var c in key)
            if (c is < '!' or > '~')
                throw RefusedException.Field(Header, "must consist of visible ASCII characters");
        return key;
    }

    private static string Route(HttpRequest request)
    {
        var route = $"{request.Method} {request.Path}";
        return route.Length <= MaxRouteLength
            ? route
            : request.Method + " " + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(route)));
    }

    /// <summary>Reads the body, whose size the listener bounds, and leaves it to be read again.</summary>
    /// <returns>SHA-256 of query and body.</returns>
    private static async Task<byte[]> TakeBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        body.Position = 0;
        request.Body = body;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(request.QueryString.Value + "\n"));
        hash.AppendData(body.GetBuffer().AsSpan(0, (int)body.Length));
        return hash.GetHashAndReset();
    }
}
