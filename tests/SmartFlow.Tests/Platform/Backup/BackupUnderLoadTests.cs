using System.Net;
using System.Text.Json;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Platform.Backup;

/// <summary>
/// A back-up that is taken while calls run, each at another step. The fake provider is the truth: what it had received
/// before the back-up began is charged in what is restored, once; nothing else is, and everything agrees.
/// </summary>
public sealed class BackupUnderLoadTests(PostgresServer postgres)
{
    private const string Password = TestUser.DefaultPassword;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_restored_has_every_call_of_before_charged_once(bool onPostgres)
    {
        await using var provider = await FakeProvider.StartAsync();
        var (folder, restored) = (TestFolders.New(), TestFolders.New());
        var (backup, again) = (Path.Combine(restored, "backup"), Path.Combine(restored, "data"));
        (string, string)[] before = [("Data__ConnectionString", onPostgres ? await postgres.NewDatabaseAsync() : "")];
        (string, string)[] after = [("Data__ConnectionString", onPostgres ? await postgres.NewDatabaseAsync() : "")];
        string[] known;
        await using (var host = await StartAsync(provider, folder, before))
        {
            await SignUpAsync(host);
            using var enough = new CancellationTokenSource();
            var load = Enumerable.Range(0, 24).Select(i => LoadAsync(host, $"c{i}", enough.Token)).ToList();
            await provider.WhenReceivedAsync(150);
            known = [.. provider.Received.Select(c => c.Prompt)];
            var (code, output) = await SmartFlowProcess.RunAsync(folder, before, "backup", backup);
            code.ShouldBe(0, output);
            await provider.WhenReceivedAsync(provider.Received.Count + 100);
            await enough.CancelAsync();
            await Task.WhenAll(load);
        }

        var (restoring, said) = await SmartFlowProcess.RunAsync(again, after, "restore", backup);
        restoring.ShouldBe(0, said);
        said.ShouldContain("llm: 0 charges", Case.Sensitive, "in one process nothing is with a broker");
        await using (var host = await StartAsync(provider, again, after))
        {
            await SignInAsync(host);
            await SettledAsync(host);
            var charged = await ChargedAsync(host);
            charged.Count.ShouldBe(charged.Distinct().Count());
            known.Except(charged).ShouldBeEmpty();
            charged.Except(provider.Received.Select(c => c.Prompt)).ShouldBeEmpty();
        }
        var (agrees, report) = await SmartFlowProcess.RunAsync(again, after, "reconcile");
        agrees.ShouldBe(0, report);
        TestFolders.Delete(folder);
        TestFolders.Delete(restored);
    }

    private static Task<SmartFlowProcess> StartAsync(FakeProvider provider, string folder, (string, string)[] more) =>
        SmartFlowProcess.StartAsync(
            folder,
            [
                ("SMARTFLOW_LLM_BASE_URL", provider.BaseUrl),
                ("SMARTFLOW_LLM_MODEL", CallFixture.Model),
                ("TokenStore__WelcomeCredits", "100000"),
                ("Llm__SuspenseGraceSeconds", "0"),
                ("Llm__RecoveryIntervalSeconds", "1"),
                .. more,
            ]
        );

    private static async Task SignUpAsync(SmartFlowProcess host)
    {
        var answer = await host.Http.PostAsync("/api/v1/auth/register", new { username = "mei", password = Password });
        host.SignIn(answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("access_token").GetString()!);
    }

    private static async Task SignInAsync(SmartFlowProcess host)
    {
        var answer = await host.Http.PostAsync("/api/v1/auth/login", new { username = "mei", password = Password });
        host.SignIn(answer.ShouldBe(HttpStatusCode.OK).Json.GetProperty("access_token").GetString()!);
    }

    /// <summary>Calls one after the other, plain and streamed, until it is enough.</summary>
    private static async Task LoadAsync(SmartFlowProcess host, string name, CancellationToken enough)
    {
        for (var i = 0; !enough.IsCancellationRequested; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = new StringContent(
                    JsonSerializer.Serialize(
                        new
                        {
                            model = CallFixture.Model,
                            stream = i % 2 == 0,
                            max_tokens = 50,
                            messages = new[] { new { role = "user", content = $"{name}-{i}" } },
                        }
                    ),
                    null,
                    "application/json"
                ),
            };
            request.Headers.Add("Idempotency-Key", $"{name}-{i}");
            using var answer = await host.Http.SendAsync(request, CancellationToken.None);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            await answer.Content.ReadAsStringAsync(CancellationToken.None);
        }
    }

    private static Task SettledAsync(SmartFlowProcess host) =>
        Eventually.IsTrueAsync(
            async () => (await GetAsync(host, "summary")).GetProperty("held_micros").GetInt64() == 0,
            "no Credit is held"
        );

    private static async Task<List<string>> ChargedAsync(SmartFlowProcess host)
    {
        var charged = new List<string>();
        for (var page = 1; ; page++)
        {
            var answer = await GetAsync(host, $"transactions?source=charge&page_size=100&page={page}");
            charged.AddRange(
                answer.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("event_id").GetString()!)
            );
            if (!answer.GetProperty("page").GetProperty("has_more").GetBoolean())
                return charged;
        }
    }

    private static async Task<JsonElement> GetAsync(SmartFlowProcess host, string path) =>
        (await host.Http.SendAsync(HttpMethod.Get, "/api/v1/credit-store/" + path)).ShouldBe(HttpStatusCode.OK).Json;
}
