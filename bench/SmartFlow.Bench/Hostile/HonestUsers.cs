using System.Diagnostics;
using System.Net.Http.Json;
using System.Security.Cryptography;

namespace SmartFlow.Bench.Hostile;

/// <summary>People at work: an act, half a second of thought, the next one.</summary>
internal static class HonestUsers
{
    private static readonly TimeSpan Thought = TimeSpan.FromMilliseconds(500);

    public static async Task<Waits> RunAsync(IReadOnlyList<BenchUser> users, TimeSpan time)
    {
        var waits = new Waits();
        using var end = new CancellationTokenSource(time);
        await Task.WhenAll(users.Select((u, i) => WorkAsync(u, i, waits, end.Token)));
        return waits;
    }

    private static async Task WorkAsync(BenchUser user, int seed, Waits waits, CancellationToken end)
    {
        var random = new Random(seed);
        while (!end.IsCancellationRequested)
        {
            var (act, run) = Act(user, random);
            var began = Stopwatch.GetTimestamp();
            try
            {
                var status = await run();
                waits.Add(act, Stopwatch.GetElapsedTime(began).TotalMilliseconds);
                if (status >= 400)
                    waits.Fail($"{act}: {status}");
            }
            catch (Exception e) when (e is HttpRequestException or OperationCanceledException or IOException)
            {
                waits.Fail($"{act}: {e.GetType().Name}");
            }
            await Task.Delay(Thought, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static (string Act, Func<Task<int>> Run) Act(BenchUser user, Random random) =>
        random.Next(6) switch
        {
            0 or 1 => ("asks a model", () => user.SendAsync(
                    HttpMethod.Post,
                    "/v1/chat/completions",
                    JsonContent.Create(
                        new
                        {
                            model = "bench",
                            max_tokens = 100,
                            messages = new[] { new { role = "user", content = "What is due this week?" } },
                        }
                    ),
                    default,
                    user.Key
                )),
            2 => ("looks at the day", () => user.SendAsync(HttpMethod.Get, "/api/v1/schedule/today", null, default)),
            3 => ("notes a task", () =>
                user.SendAsync(
                    HttpMethod.Post,
                    "/api/v1/tasks",
                    JsonContent.Create(new { title = "Read chapter 3" }),
                    default,
                    key: Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))
                )
            ),
            4 => ("looks at the plaza", () =>
                user.SendAsync(HttpMethod.Get, "/api/v1/plan-square/posts?page_size=20", null, default)
            ),
            _ => ("looks at the balance", () =>
                user.SendAsync(HttpMethod.Get, "/api/v1/credit-store/summary", null, default)
            ),
        };
}
