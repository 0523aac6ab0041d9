using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Calls without a key whose client has left. Clients repeat by themselves after their own time-out: the same request of the
/// same user and API key then joins the call that runs or drains, and is charged once. A call whose client is still there
/// is never joined, so that two equal calls made at once stay two. Known in this process only, for
/// <c>Gateway:JoinWindowSeconds</c>.
/// </summary>
internal sealed class LeftCalls(ILlm llm, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>Asks for a call of its own: true or false.</summary>
    public const string NoJoinHeader = "x-smartflow-no-join";
    private const string RetryCountHeader = "x-stainless-retry-count";
    private const int MaxCalls = 10_000;
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<LeftCall>> byRequest = new(StringComparer.Ordinal);
    private readonly Queue<LeftCall> byAge = new();

    /// <exception cref="RefusedException">invalid_argument: the header is neither true nor false.</exception>
    public bool Takes(HttpRequest request) => !CallKey.Flag(request, NoJoinHeader) && options.Value.JoinWindowSeconds > 0;

    /// <summary>The client of this call has left, before its answer was whole or just then.</summary>
    public void Add(string eventId, HttpRequest request, ulong userId, long apiKeyId, ReadOnlySpan<byte> body)
    {
        var call = new LeftCall(
            Of(request, userId, apiKeyId, body), eventId, time.GetUtcNow().AddSeconds(options.Value.JoinWindowSeconds));
        lock (gate)
        {
            Forget();
            if (byAge.Count == MaxCalls) return;
            byAge.Enqueue(call);
            if (byRequest.TryGetValue(call.Request, out var calls)) calls.Add(call);
            else byRequest[call.Request] = [call];
        }
    }

    /// <summary>
    /// The key of the call that this request repeats; null: none. One that has ended is joined only by a client that says
    /// that it repeats.
    /// </summary>
    public async ValueTask<string?> JoinAsync(
        HttpRequest request, ulong userId, long apiKeyId, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        LeftCall[] calls;
        lock (gate)
        {
            if (byRequest.Count == 0) return null;
            Forget();
            if (!byRequest.TryGetValue(Of(request, userId, apiKeyId, body.Span), out var left)) return null;
            calls = [.. left];
        }
        foreach (var call in calls)
            if (await IsThereAsync(call, userId, Repeats(request), cancellationToken) && Take(call))
                return call.EventId;
        return null;
    }

    /// <summary>Some call of this user may be joined.</summary>
    public bool AnyOf(ulong userId)
    {
        var own = string.Create(CultureInfo.InvariantCulture, $"{userId} ");
        lock (gate) return byRequest.Keys.Any(r => r.StartsWith(own, StringComparison.Ordinal));
    }

    private async Task<bool> IsThereAsync(LeftCall call, ulong userId, bool repeats, CancellationToken cancellationToken)
    {
        try
        {
            var found = await llm.GetCallAsync(new GetCallRequest { UserId = userId, EventId = call.EventId }, cancellationToken);
            return found.Call.State is "started" or "sent" || (repeats && found.Call.State == "finished");
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.NotFound)
        {
            return false;
        }
    }

    private bool Take(LeftCall call)
    {
        lock (gate)
        {
            if (!byRequest.TryGetValue(call.Request, out var calls) || !calls.Remove(call)) return false;
            if (calls.Count == 0) byRequest.Remove(call.Request);
            return true;
        }
    }

    private void Forget()
    {
        var now = time.GetUtcNow();
        while (byAge.TryPeek(out var oldest) && oldest.Until <= now)
        {
            byAge.Dequeue();
            if (!byRequest.TryGetValue(oldest.Request, out var calls)) continue;
            calls.Remove(oldest);
            if (calls.Count == 0) byRequest.Remove(oldest.Request);
        }
    }

    /// <summary>The clients that were made by Stainless, OpenAI's and Anthropic's among them, count their repeats.</summary>
    private static bool Repeats(HttpRequest request) =>
        int.TryParse(request.Headers[RetryCountHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0;

    private static string Of(HttpRequest request, ulong userId, long apiKeyId, ReadOnlySpan<byte> body) =>
        string.Create(CultureInfo.InvariantCulture, $"{userId} {apiKeyId} {request.Path} {Convert.ToHexString(SHA256.HashData(body))}");

    private sealed record LeftCall(string Request, string EventId, DateTimeOffset Until);
}
