using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace SmartFlow.Bench.Hostile;

/// <summary>Each does one thing over and over, as fast as it is answered, and cares for nothing.</summary>
internal static class HostileUsers
{
    private static readonly byte[] Timetable = Encoding.UTF8.GetBytes(
        "name,day,start,end\n" + string.Concat(Enumerable.Range(0, 900).Select(i => $"course {i},1,1,2\n"))
    );

    public static async Task<IReadOnlyDictionary<string, long>> RunAsync(
        IReadOnlyList<BenchUser> users,
        CancellationToken end
    )
    {
        var acts = new ConcurrentDictionary<string, long>();
        var all = Acts();
        await Task.WhenAll(users.Select((user, i) => AttackAsync(user, all[i % all.Length], acts, end)));
        return acts;
    }

    private static async Task AttackAsync(
        BenchUser user,
        (string Name, Func<BenchUser, CancellationToken, Task<int>> Run) act,
        ConcurrentDictionary<string, long> acts,
        CancellationToken end
    )
    {
        while (!end.IsCancellationRequested)
        {
            string answer;
            try
            {
                answer = (await act.Run(user, end)).ToString(System.Globalization.CultureInfo.InvariantCulture);
            }
            catch (Exception e)
                when (e is HttpRequestException or OperationCanceledException or IOException or SocketException)
            {
                answer = "broken off";
                await Task.Delay(10, CancellationToken.None);
            }
            acts.AddOrUpdate($"{act.Name} | {answer}", 1, (_, n) => n + 1);
        }
    }

    private static (string Name, Func<BenchUser, CancellationToken, Task<int>> Run)[] Acts() =>
        [
            ("guesses passwords", (u, end) =>
                u.SendAsync(
                    HttpMethod.Post,
                    "/api/v1/auth/login",
                    JsonContent.Create(new { username = "honest1", password = "a-wrong-password" }),
                    end
                )
            ),
            ("registers accounts", (u, end) =>
                u.SendAsync(
                    HttpMethod.Post,
                    "/api/v1/auth/register",
                    JsonContent.Create(
                        new
                        {
                            username = "f" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
                            password = BenchUser.Password,
                        }
                    ),
                    end
                )
            ),
            ("trickles a body", TrickleAsync),
            ("opens connections", IdleAsync),
            ("sends a large body", (u, end) =>
                u.SendAsync(
                    HttpMethod.Post,
                    "/v1/chat/completions",
                    new ByteArrayContent(new byte[12 << 20]) { Headers = { ContentType = new("application/json") } },
                    end,
                    u.Key
                )
            ),
            ("sends no JSON", (u, end) =>
                u.SendAsync(
                    HttpMethod.Post,
                    "/v1/chat/completions",
                    new StringContent("{\"model\":", Encoding.UTF8, "application/json"),
                    end,
                    u.Key
                )
            ),
            ("uploads timetables", UploadAsync),
            ("leaves streams", LeaveAsync),
            ("tries keys", (u, end) =>
                u.SendAsync(
                    HttpMethod.Get,
                    "/v1/models",
                    null,
                    end,
                    "sk-sf-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))
                )
            ),
            ("asks for everything", (u, end) =>
                u.SendAsync(HttpMethod.Get, "/api/v1/credit-store/consumption-dashboard?period=all", null, end)
            ),
        ];

    /// <summary>A byte a second of a body that was announced to be long.</summary>
    private static async Task<int> TrickleAsync(BenchUser user, CancellationToken end)
    {
        using var socket = await user.ConnectAsync(end);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes(
                $"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {user.Key}\r\nContent-Type: application/json\r\nContent-Length: 8000000\r\n\r\n"
            ),
            end
        );
        for (var i = 0; i < 60; i++)
        {
            await socket.SendAsync("{"u8.ToArray(), end);
            await Task.Delay(1_000, end);
        }
        return 0;
    }

    private static async Task<int> IdleAsync(BenchUser user, CancellationToken end)
    {
        var sockets = new List<Socket>();
        try
        {
            for (var i = 0; i < 200; i++)
                sockets.Add(await user.ConnectAsync(end));
            await Task.Delay(5_000, end);
            return 0;
        }
        finally
        {
            foreach (var socket in sockets)
                socket.Dispose();
        }
    }

    private static Task<int> UploadAsync(BenchUser user, CancellationToken end)
    {
        var file = new ByteArrayContent(Timetable) { Headers = { ContentType = new MediaTypeHeaderValue("text/csv") } };
        return user.SendAsync(
            HttpMethod.Post,
            "/api/v1/courses/import/preview",
            new MultipartFormDataContent { { file, "file", "t.csv" } },
            end
        );
    }

    /// <summary>Gone as soon as the answer begins; each is read on and charged.</summary>
    private static async Task<int> LeaveAsync(BenchUser user, CancellationToken end)
    {
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(end);
        leaves.CancelAfter(20);
        return await user.SendAsync(
            HttpMethod.Post,
            "/v1/chat/completions",
            JsonContent.Create(
                new
                {
                    model = "bench-10ms",
                    max_tokens = 100,
                    stream = true,
                    messages = new[] { new { role = "user", content = "Hi" } },
                }
            ),
            leaves.Token,
            user.Key
        );
    }
}
