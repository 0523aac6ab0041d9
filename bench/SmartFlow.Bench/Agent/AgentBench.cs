using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using SmartFlow.Bench.Gateway;

namespace SmartFlow.Bench.Agent;

/// <summary>
/// bench/run.sh agent: how long after the provider's first token a user sees a word, what 500 open answers weigh, and
/// our own time between two tool rounds. One process of SmartFlow on SQLite with billing on.
/// </summary>
internal static class AgentBench
{
    private const int Users = 8;
    private const int Rounds = 10;
    private const int OpenStreams = 500;

    public static async Task<int> RunAsync(string[] options)
    {
        var quick = options.Contains("--quick");
        var (turns, plans) = quick ? (100, 15) : (400, 60);
        var root = Report.Root();
        var folder = Directory.CreateTempSubdirectory("smartflow-bench-agent-").FullName;
        var load = Machine.Load();
        await using var provider = await TurnProvider.StartAsync(Rounds);
        await using var processes = new ChildProcesses();
        var port = ChildProcesses.FreePort();
        var process = processes.Start(
            "dotnet",
            [Path.Combine(root, "src", "SmartFlow.Host", "bin", "Release", "net10.0", "smartflow.dll")],
            new()
            {
                ["SMARTFLOW_URLS"] = $"http://127.0.0.1:{port}",
                ["SMARTFLOW_DATA"] = folder,
                ["SMARTFLOW_LLM_BASE_URL"] = provider.Url + "/v1",
                ["SMARTFLOW_LLM_MODEL"] = "bench",
                ["TokenStore__WelcomeCredits"] = "1000000",
                ["Agent__RunningTurnsPerUserMax"] = "1000",
                ["Agent__TurnBudgetCredits"] = "200",
                ["Agent__ToolProtocol"] = "native",
                ["Web__MaxStreamsPerUser"] = "1000",
            }
        );
        var users = await SignUpAsync(port);

        // :: Warm: the code of both shapes is compiled.
        for (var i = 0; i < (quick ? 3 : 10); i++)
        {
            await TurnAsync(users[0], $"plan warm {i}", null);
            for (var j = 0; j < 20; j++)
                await TurnAsync(users[0], $"talk warm {i} {j}", null);
        }
        provider.Between.Clear();

        var alone = await FirstWordsAsync(users, provider, "alone", turns, 1);
        var many = await FirstWordsAsync(users, provider, "many", turns, 16);
        for (var i = 0; i < plans; i++)
            await TurnAsync(users[i % Users], $"plan {i}", null);
        var between = provider.Between.Order().ToArray();
        var memory = await MemoryAsync(users, provider, process);

        var text = Write(quick, turns, plans, alone, many, between, memory, load);
        var path = Path.Combine(
            root,
            "bench",
            "results",
            $"agent-{Machine.Run("git", "rev-parse", "--short", "HEAD")}{(quick ? "-quick" : "")}.md"
        );
        await File.WriteAllTextAsync(path, text);
        Console.WriteLine(text);
        Console.WriteLine(path);
        return 0;
    }

    private static string Write(
        bool quick,
        int turns,
        int plans,
        double[] alone,
        double[] many,
        double[] between,
        (double Before, double Open) memory,
        string load
    )
    {
        var text = new StringBuilder();
        text.AppendLine(
                CultureInfo.InvariantCulture,
                $"# Agent at {Machine.Run("git", "rev-parse", "--short", "HEAD")}{(quick ? " (quick)" : "")}"
            )
            .AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"Command: `bench/run.sh agent{(quick ? " --quick" : "")}`. Machine: {Machine.Describe()}"
        );
        text.AppendLine(
            "Release, SQLite, billing fully on; the provider and the clients are one other process on the same cores, with one clock."
        );
        text.AppendLine(CultureInfo.InvariantCulture, $"Load averages before: {load}; after: {Machine.Load()}.")
            .AppendLine();
        text.AppendLine("| what | aim | n | p50 | p90 | p99 | most |").AppendLine("|---|---|---:|---:|---:|---:|---:|");
        text.AppendLine(Row("a word after the provider's first token, one turn at a time, ms", "p99 ≤ 20", alone));
        text.AppendLine(Row("the same, 16 turns at once, ms", "", many));
        text.AppendLine(Row($"our own time between two of {Rounds} tool rounds, ms", "< 15", between)).AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{turns} turns each of talk, {plans} of planning (each {Rounds} rounds: overview, schedule, plans, free slots, tasks). Between two rounds: from the"
        );
        text.AppendLine("provider's last byte to the arrival of the next request, the tool included.").AppendLine();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{OpenStreams} open answers: resident memory {memory.Before:F0} MiB before, {memory.Open:F0} MiB with all of them open (aim: under 300 MB)."
        );
        return text.ToString();
    }

    private static string Row(string what, string aim, double[] sorted) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"| {what} | {aim} | {sorted.Length} | {At(sorted, 0.5):F1} | {At(sorted, 0.9):F1} | {At(sorted, 0.99):F1} | {sorted[^1]:F1} |"
        );

    private static double At(double[] sorted, double share) =>
        sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];

    private static async Task<double[]> FirstWordsAsync(
        List<HttpClient> users,
        TurnProvider provider,
        string name,
        int turns,
        int atOnce
    )
    {
        var taken = new double[turns];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, turns),
            new ParallelOptions { MaxDegreeOfParallelism = atOnce },
            async (i, _) =>
            {
                var message = $"talk {name} {i}";
                var seen = 0L;
                await TurnAsync(users[i % Users], message, () => seen = Stopwatch.GetTimestamp());
                taken[i] = Stopwatch.GetElapsedTime(provider.FirstTokenOf(message), seen).TotalMilliseconds;
            }
        );
        Array.Sort(taken);
        return taken;
    }

    private static async Task<(double Before, double Open)> MemoryAsync(
        List<HttpClient> users,
        TurnProvider provider,
        int process
    )
    {
        var before = ProcessMeter.ResidentMiB(process);
        var turns = Enumerable
            .Range(0, OpenStreams)
            .Select(i => TurnAsync(users[i % Users], $"hold {i}", null))
            .ToArray();
        for (var i = 0; provider.Holding < OpenStreams; i++)
        {
            if (i > 600)
                throw new InvalidOperationException($"Only {provider.Holding} of {OpenStreams} answers are open.");
            await Task.Delay(100);
        }
        await Task.Delay(2_000);
        var open = ProcessMeter.ResidentMiB(process);
        provider.LetGo();
        await Task.WhenAll(turns);
        return (before, open);
    }

    /// <summary>One turn to its end.</summary>
    /// <param name="user">Whose.</param>
    /// <param name="message">What is said.</param>
    /// <param name="onFirstWord">Called when the first delta has come.</param>
    private static async Task TurnAsync(HttpClient user, string message, Action? onFirstWord)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/agent/chat")
        {
            Content = JsonContent.Create(new { message }),
        };
        using var response = await user.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var done = false;
        while (await lines.ReadLineAsync() is { } line)
        {
            if (onFirstWord is not null && line == "event: delta")
            {
                onFirstWord();
                onFirstWord = null;
            }
            if (line == "event: error")
                throw new InvalidOperationException(await lines.ReadLineAsync());
            done |= line == "event: done";
        }
        if (!done)
            throw new InvalidOperationException("The stream broke off.");
    }

    private static async Task<List<HttpClient>> SignUpAsync(int port)
    {
        var users = new List<HttpClient>();
        for (var i = 0; i < Users; i++)
        {
            var http = new HttpClient(new SocketsHttpHandler { UseCookies = false, MaxConnectionsPerServer = 1_000 })
            {
                BaseAddress = new Uri($"http://127.0.0.1:{port}"),
                Timeout = TimeSpan.FromMinutes(5),
            };
            if (i == 0)
                await BenchUsers.ReadyAsync(http);
            using var answer = await http.PostAsJsonAsync(
                "/api/v1/auth/register",
                new { username = $"bench{i}", password = "a-bench-password" }
            );
            answer.EnsureSuccessStatusCode();
            var token = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("access_token").GetString();
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            await FillAsync(http);
            users.Add(http);
        }
        return users;
    }

    /// <summary>A term, ten courses and a study plan: a week as students have it.</summary>
    private static async Task FillAsync(HttpClient http)
    {
        var today = DateOnly.FromDateTime(DateTime.Today);
        var monday = today.AddDays(-(((int)today.DayOfWeek + 6) % 7));
        await SendAsync(
            HttpMethod.Put,
            "/api/v1/terms/current",
            new
            {
                name = "term",
                first_monday = $"{monday:yyyy-MM-dd}",
                weeks = 16,
            }
        );
        for (var i = 0; i < 10; i++)
            await SendAsync(
                HttpMethod.Post,
                "/api/v1/courses",
                new
                {
                    name = $"course {i}",
                    arrangements = new[]
                    {
                        new
                        {
                            day = (i % 5) + 1,
                            section_from = i < 5 ? 1 : 5,
                            section_to = i < 5 ? 2 : 6,
                            weeks = Enumerable.Range(1, 16),
                        },
                    },
                }
            );
        await SendAsync(
            HttpMethod.Post,
            "/api/v1/task-classes",
            new
            {
                name = "plan",
                start_date = $"{monday:yyyy-MM-dd}",
                end_date = $"{monday.AddDays(60):yyyy-MM-dd}",
                items = Enumerable.Range(1, 12).Select(n => new { content = $"chapter {n}" }),
            }
        );

        async Task SendAsync(HttpMethod method, string path, object body)
        {
            using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
            request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
            using var response = await http.SendAsync(request);
            if (!response.IsSuccessStatusCode)
                throw new InvalidOperationException(await response.Content.ReadAsStringAsync());
        }
    }
}
