using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace SmartFlow.Tests.Faults;

/// <summary>
/// Users who call the model all the time and, as official clients do, repeat with the same key what failed. Some have
/// little Credit and run out of it.
/// </summary>
/// <param name="http">The gateway that is asked; null: the cluster's as it stands at the time.</param>
internal sealed class ClusterLoad(Cluster cluster, IReadOnlyList<ClusterUser> users, HttpClient? http = null)
{
    private static readonly TimeSpan Thinks = TimeSpan.FromMilliseconds(150);
    private static readonly TimeSpan Repeats = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentDictionary<string, TimeSpan> answered = new();
    private int calls;
    private int failures;
    private int refusedForCredit;

    /// <summary>Keys whose caller was told the whole answer.</summary>
    public IReadOnlyCollection<string> Answered => (IReadOnlyCollection<string>)answered.Keys;

    /// <summary>Of each of those, from the first try to the end of the answer.</summary>
    public IReadOnlyCollection<TimeSpan> Times => (IReadOnlyCollection<TimeSpan>)answered.Values;

    /// <summary>How long users called.</summary>
    public TimeSpan Lasted { get; private set; }

    public int Calls => Volatile.Read(ref calls);

    /// <summary>Answers that were none: what the faults did to callers.</summary>
    public int Failures => Volatile.Read(ref failures);

    public int RefusedForCredit => Volatile.Read(ref refusedForCredit);

    /// <summary>Until the token ends it; what runs then is brought to its end.</summary>
    public async Task RunAsync(string round, CancellationToken end)
    {
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(users.Select(u => UserAsync(u, round, end)));
        Lasted = Stopwatch.GetElapsedTime(began);
    }

    private async Task UserAsync(ClusterUser user, string round, CancellationToken end)
    {
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            var key = $"{round}-{user.Name}-{i}";
            Interlocked.Increment(ref calls);
            var began = Stopwatch.GetTimestamp();
            while (!end.IsCancellationRequested && !await TryAsync(user, key, stream: i % 2 == 0, began))
                await Task.Delay(Repeats, CancellationToken.None);
            await Task.Delay(Thinks, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <returns>Whether there is nothing to repeat.</returns>
    private async Task<bool> TryAsync(ClusterUser user, string key, bool stream, long began)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                JsonSerializer.Serialize(
                    new
                    {
                        model = Llm.Calls.CallFixture.Model,
                        stream,
                        max_tokens = 50,
                        messages = new[] { new { role = "user", content = key } },
                    }
                ),
                null,
                "application/json"
            ),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", user.Key);
        request.Headers.Add("Idempotency-Key", key);
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            using var answer = await (http ?? cluster.Edge.Http).SendAsync(request, limit.Token);
            var body = await answer.Content.ReadAsStringAsync(limit.Token);
            if (
                answer.StatusCode == HttpStatusCode.OK
                && (!stream || body.Contains("[DONE]", StringComparison.Ordinal))
            )
            {
                answered[key] = Stopwatch.GetElapsedTime(began);
                return true;
            }
            if (answer.StatusCode == HttpStatusCode.PaymentRequired)
            {
                Interlocked.Increment(ref refusedForCredit);
                return true;
            }
            Interlocked.Increment(ref failures);
            // An outcome that is not known any more is told so, for ever.
            return answer.StatusCode == HttpStatusCode.Conflict
                && body.Contains("outcome_settled", StringComparison.Ordinal);
        }
        catch (Exception e)
            when (e is HttpRequestException or OperationCanceledException or IOException or InvalidOperationException)
        {
            Interlocked.Increment(ref failures);
            return false;
        }
    }
}

/// <param name="Id">The account.</param>
/// <param name="Name">The sign-in name.</param>
/// <param name="Key">An API key.</param>
internal sealed record ClusterUser(ulong Id, string Name, string Key);
