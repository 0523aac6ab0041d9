using System.ClientModel;
using System.ClientModel.Primitives;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using OpenAI;
using OpenAI.Chat;
using SmartFlow.Tests.Faults;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Split;

/// <summary>
/// Users with the official client, which repeats as it does by itself, call through nginx while every process is
/// stopped in order and started again, one after the other. Explicit: it needs a quiet machine.
/// </summary>
public sealed class RollingRestartTests
{
    private const int Users = 20;
    private const int OfficialRetries = 2;

    /// <summary>An answer takes half a second, so that some are under way whenever a process is told to end.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(120);

    /// <summary>
    /// Between two processes, as deployments do: nginx leaves who refused it alone for five seconds (fail_timeout).
    /// </summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(6);

    [Fact(Explicit = true)]
    public async Task No_call_is_lost_and_every_one_is_charged_once_while_all_processes_are_restarted()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer { Step = Step, BeforeStatus = () => Task.Delay(Step) };
        await using var system = await SplitSystem.StartAsync(
            ["userauth", "gateway"],
            ("SMARTFLOW_LLM_BASE_URL", provider.BaseUrl),
            ("SMARTFLOW_LLM_MODEL", CallFixture.Model)
        );
        var users = new List<string>();
        for (var i = 0; i < Users; i++)
            users.Add(await SignUpAsync(system.Url, $"roll{i}"));

        using var end = new CancellationTokenSource();
        var (answered, lost) = (new ConcurrentBag<string>(), new ConcurrentBag<string>());
        var load = Task.WhenAll(
            users.Select((key, i) => CallAsync(system.Url, key, $"roll{i}", answered, lost, end.Token))
        );
        var exits = new Dictionary<string, int>();
        foreach (var (name, process) in system.Processes)
        {
            var before = answered.Count;
            exits[name] = await process.Process.StopAsync();
            await process.StartAsync();
            await Task.Delay(Pause);
            TestContext.Current.TestOutputHelper!.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: {answered.Count - before} answers meanwhile, {lost.Count} lost so far"
                )
            );
        }
        await end.CancelAsync();
        await load;

        var books = new ClusterBooks(system.OpenDatabase);
        await Eventually.IsTrueAsync(
            async () => (await books.UnrestAsync()).Length == 0,
            "nothing is held or on its way"
        );
        var charges = await books.ChargesAsync();
        lost.ShouldBeEmpty();
        exits.ShouldAllBe(e => e.Value == 0);
        answered.Count.ShouldBeGreaterThan(Users * system.Processes.Count);
        charges.Select(c => c.Key).ShouldBe(answered, ignoreOrder: true);
        charges.ShouldAllBe(c => c.Count() == 1 && c.Single().Micros == CallFixture.UsualCostMicros);
        var (code, output) = await system.CommandAsync("reconcile");
        code.ShouldBe(0, output);
    }

    private static async Task<string> SignUpAsync(Uri url, string name)
    {
        using var http = new HttpClient { BaseAddress = url };
        var session = (
            await http.PostAsync("/api/v1/auth/register", new { username = name, password = TestUser.DefaultPassword })
        ).ShouldBe(HttpStatusCode.Created);
        var made = await http.PostAsync(
            "/api/v1/api-keys",
            new { name = "load" },
            ("Authorization", "Bearer " + session.Json.GetProperty("access_token").GetString())
        );
        return made.ShouldBe(HttpStatusCode.Created).Json.GetProperty("key").GetString()!;
    }

    /// <summary>One user's calls, every second one streamed, until the token ends it.</summary>
    private static async Task CallAsync(
        Uri url,
        string key,
        string name,
        ConcurrentBag<string> answered,
        ConcurrentBag<string> lost,
        CancellationToken end
    )
    {
        var keys = new CallKeys();
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(url, "/v1"),
            RetryPolicy = new ClientRetryPolicy(OfficialRetries),
        };
        options.AddPolicy(keys, PipelinePosition.PerCall);
        var chat = new ChatClient(CallFixture.Model, new ApiKeyCredential(key), options);
        for (var i = 0; !end.IsCancellationRequested; i++)
        {
            keys.Next = $"{name}-{i}";
            ChatMessage[] messages = [new UserChatMessage(keys.Next)];
            try
            {
                var text = "";
                if (i % 2 == 0)
                    text = (await chat.CompleteChatAsync(messages, cancellationToken: CancellationToken.None))
                        .Value
                        .Content[0]
                        .Text;
                else
                    await foreach (
                        var part in chat.CompleteChatStreamingAsync(messages, cancellationToken: CancellationToken.None)
                    )
                        text += string.Concat(part.ContentUpdate.Select(c => c.Text));
                text.ShouldBe(new FakeAnswer().Text);
                answered.Add(keys.Next);
            }
            catch (Exception e)
            {
                lost.Add($"{keys.Next}: {e.GetType().Name} {e.Message}");
            }
        }
    }

    /// <summary>The key of a call, the same in all its tries.</summary>
    private sealed class CallKeys : PipelinePolicy
    {
        public string Next { get; set; } = "";

        public override void Process(
            PipelineMessage message,
            IReadOnlyList<PipelinePolicy> pipeline,
            int currentIndex
        ) => throw new NotSupportedException();

        public override ValueTask ProcessAsync(
            PipelineMessage message,
            IReadOnlyList<PipelinePolicy> pipeline,
            int currentIndex
        )
        {
            message.Request.Headers.Set("Idempotency-Key", Next);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }
}
