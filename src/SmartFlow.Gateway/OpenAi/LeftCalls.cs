using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// Calls without a key whose client has left. Clients repeat by themselves after their own time-out: the same request
/// of the same user and API key then joins the call that runs or drains, and is charged once. A call whose client is
/// still there is never joined, so that two equal calls made at once stay two. Known in this process only, for
/// <c>Gateway:JoinWindowSeconds</c>; of a user the last <see cref="KeptOfUser"/>, of which a repeat is compared with at
/// most <see cref="LookedAt"/>, so that who leaves thousands costs no more than who leaves one.
/// </summary>
internal sealed class LeftCalls(ILlm llm, IOptions<GatewayOptions> options, TimeProvider time)
{
    /// <summary>Asks for a call of its own: true or false.</summary>
    public const string NoJoinHeader = "x-smartflow-no-join";
    internal const int KeptOfUser = 64;
    internal const int LookedAt = 8;
    private const string RetryCountHeader = "x-stainless-retry-count";
    private const int UsersMax = 10_000;
    private readonly Lock gate = new();

    /// <summary>The oldest first.</summary>
    private readonly Dictionary<ulong, List<LeftCall>> byUser = [];

    /// <exception cref="RefusedException">invalid_argument: the header is neither true nor false.</exception>
    public bool Takes(HttpRequest request) =>
        !CallKey.Flag(request, NoJoinHeader) && options.Value.JoinWindowSeconds > 0;

    /// <summary>The client of this call has left, before its answer was whole or just then.</summary>
    public void Add(string eventId, HttpRequest request, ulong userId, long apiKeyId, ReadOnlySpan<byte> body)
    {
        var now = time.GetUtcNow();
        var call = new LeftCall(Of(request, apiKeyId, body), eventId, now.AddSeconds(options.Value.JoinWindowSeconds));
        lock (gate)
        {
            if (!byUser.TryGetValue(userId, out var calls))
            {
                if (byUser.Count == UsersMax)
                    ForgetAll(now);
                if (byUser.Count == UsersMax)
                    return;
                byUser[userId] = calls = [];
            }
            if (calls.Count == KeptOfUser)
                calls.RemoveAt(0);
            calls.Add(call);
        }
    }

    /// <summary>
    /// The key of the call that this request repeats; null: none. One that has ended is joined only by a client that
    /// says that it repeats.
    /// </summary>
    public async ValueTask<string?> JoinAsync(
        HttpRequest request,
        ulong userId,
        long apiKeyId,
        ReadOnlyMemory<byte> body,
        CancellationToken cancellationToken
    )
    {
        var repeats = Repeats(request);
        if (!AnyOf(userId, repeats))
            return null;
        var asked = Of(request, apiKeyId, body.Span);
        LeftCall[] calls;
        lock (gate)
            calls = byUser.TryGetValue(userId, out var left)
                ? [.. left.Where(c => c.Request == asked && (repeats || !c.HasEnded)).TakeLast(LookedAt)]
                : [];
        foreach (var call in calls)
            if (await IsThereAsync(call, userId, repeats, cancellationToken) && Take(userId, call))
                return call.EventId;
        return null;
    }

    /// <summary>Some call of this user may be joined.</summary>
    /// <param name="userId">The user.</param>
    /// <param name="evenEnded">By a client that says that it repeats.</param>
    public bool AnyOf(ulong userId, bool evenEnded = true)
    {
        lock (gate)
            return byUser.TryGetValue(userId, out var calls)
                && !Forget(userId, calls, time.GetUtcNow())
                && (evenEnded || calls.Exists(c => !c.HasEnded));
    }

    private async Task<bool> IsThereAsync(
        LeftCall call,
        ulong userId,
        bool repeats,
        CancellationToken cancellationToken
    )
    {
        string state;
        try
        {
            var found = await llm.GetCallAsync(
                new GetCallRequest { UserId = userId, EventId = call.EventId },
                cancellationToken
            );
            state = found.Call.State;
        }
        catch (RefusedException e) when (e.Code == ErrorCodes.NotFound)
        {
            state = "";
        }
        if (state is "started" or "sent")
            return true;
        call.HasEnded = true;
        return repeats && state == "finished";
    }

    private bool Take(ulong userId, LeftCall call)
    {
        lock (gate)
        {
            if (!byUser.TryGetValue(userId, out var calls) || !calls.Remove(call))
                return false;
            if (calls.Count == 0)
                byUser.Remove(userId);
            return true;
        }
    }

    /// <returns>Nothing of the user is left.</returns>
    private bool Forget(ulong userId, List<LeftCall> calls, DateTimeOffset now)
    {
        calls.RemoveAll(c => c.Until <= now);
        return calls.Count == 0 && byUser.Remove(userId);
    }

    private void ForgetAll(DateTimeOffset now)
    {
        foreach (var (userId, calls) in byUser)
            Forget(userId, calls, now);
    }

    /// <summary>
    /// The clients that were made by Stainless, OpenAI's and Anthropic's among them, count their repeats.
    /// </summary>
    private static bool Repeats(HttpRequest request) =>
        int.TryParse(request.Headers[RetryCountHeader], NumberStyles.None, CultureInfo.InvariantCulture, out var count)
        && count > 0;

    private static string Of(HttpRequest request, long apiKeyId, ReadOnlySpan<byte> body) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{apiKeyId} {request.Path} {Convert.ToHexString(SHA256.HashData(body))}"
        );

    private sealed class LeftCall(string request, string eventId, DateTimeOffset until)
    {
        public string Request => request;

        public string EventId => eventId;

        public DateTimeOffset Until => until;

        /// <summary>Known, so that nobody asks again.</summary>
        public bool HasEnded { get; set; }
    }
}
