using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>
/// kill -9 at each step of a call. The fake provider is the truth: what it completed is charged, what it never received
/// is not, everything once; and reconcile finds nothing. Failures 6 and 7 of docs/failures.md.
/// </summary>
public sealed class KillTests
{
    private static int Rounds =>
        int.TryParse(Environment.GetEnvironmentVariable("SMARTFLOW_SOAK"), out var rounds) ? rounds : 1;

    private static readonly (string Name, bool Charged)[] Steps =
    [
        ("call.priced", false),
        ("call.guarded", false),
        ("call.journaled", false),
        ("call.reserved", false),
        ("call.sent", true),
        ("call.streaming", true),
        ("call.finishing", true),
        ("call.finished", true),
        ("settle.received", true),
        ("settle.committed", true),
    ];

    /// <summary>Before and after the commit; the steps between are left to a soak.</summary>
    public static TheoryData<string> LedgerSteps { get; } =
        Rounds > 1
            ? ["ledger.locked", "ledger.written", "ledger.committed", "ledger.pushed"]
            : ["ledger.written", "ledger.committed"];

    /// <summary>One folder for all of them: what a death leaves behind is there at the next one.</summary>
    [Fact]
    public async Task A_call_whose_process_dies_at_any_step_is_charged_once_or_was_never_sent()
    {
        await using var provider = await FakeProvider.StartAsync();
        var folder = await MigratedFolder.NewAsync();
        string? token = null;
        var charges = 0;
        for (var round = 0; round < Rounds; round++)
            foreach (var (step, charged) in Steps)
            {
                var (key, stream, received) = ($"{step}-{round}", round % 2 == 0, provider.Received.Count);
                await using (
                    var host = await StartAsync(
                        provider,
                        folder,
                        ("SMARTFLOW_FAULT", step),
                        ("TokenStore__WelcomeCredits", "100000")
                    )
                )
                {
                    if (token is null)
                        token = await SignUpAsync(host);
                    else
                        host.SignIn(token);
                    await QuietlyAsync(host, key, stream);
                    await host.DiedAsync(step);
                }
                if (!charged)
                    provider.Received.Count.ShouldBe(received, step);

                await using var again = await StartAsync(provider, folder);
                again.SignIn(token);
                await SettledAsync(again);
                (await ChargesAsync(again)).ShouldBe(charges + (charged ? 1 : 0), step);
                var known = step is "call.finished" or "settle.received" or "settle.committed";
                using (var repeat = await CallAsync(again, key, stream))
                {
                    repeat.StatusCode.ShouldBe(charged && !known ? HttpStatusCode.Conflict : HttpStatusCode.OK, step);
                    if (known)
                        repeat.Headers.GetValues("x-smartflow-replayed").ShouldBe(["true"]);
                    await repeat.Content.ReadAsStringAsync();
                }
                await SettledAsync(again);
                (await ChargesAsync(again)).ShouldBe(++charges, step);
                // In order, so that nothing is left whose repeat would meet the next step's fault at its start.
                (await again.StopAsync()).ShouldBe(0);
            }
        await ReconciledAsync(folder);
        TestFolders.Delete(folder);
    }

    /// <summary>The first batch reserves, the second settles.</summary>
    [Theory]
    [MemberData(nameof(LedgerSteps))]
    public async Task A_ledger_that_dies_in_a_batch_books_the_call_once(string step)
    {
        await using var provider = await FakeProvider.StartAsync();
        var folder = await MigratedFolder.NewAsync();
        string token;
        await using (var before = await StartAsync(provider, folder))
            token = await SignUpAsync(before);
        await using (var host = await StartAsync(provider, folder, ("SMARTFLOW_FAULT", step + ":2")))
        {
            host.SignIn(token);
            await QuietlyAsync(host, "k", stream: true);
            await host.DiedAsync(step);
        }
        await using (var again = await StartAsync(provider, folder))
        {
            again.SignIn(token);
            await SettledAsync(again);
            using var repeat = await CallAsync(again, "k", stream: true);
            await repeat.Content.ReadAsStringAsync();
            await SettledAsync(again);
            (await ChargesAsync(again)).ShouldBe(1);
        }
        await ReconciledAsync(folder);
        TestFolders.Delete(folder);
    }

    [Fact]
    public async Task A_repeat_takes_over_a_call_whose_process_died_and_it_is_charged_once()
    {
        await using var provider = await FakeProvider.StartAsync();
        var folder = await MigratedFolder.NewAsync();
        var token = await DieAsync(provider, folder, "call.streaming", stream: true);
        await using (var again = await StartAsync(provider, folder, ("Llm__SuspenseGraceSeconds", "300")))
        {
            again.SignIn(token);
            var answer = await CallAsync(again, "k", stream: true);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await answer.Content.ReadAsStringAsync()).ShouldContain("there");
            await SettledAsync(again);
            (await ChargesAsync(again)).ShouldBe(1);
            provider.Received.Count.ShouldBe(2);
        }
        await ReconciledAsync(folder);
    }

    [Fact]
    public async Task Killed_at_random_under_load_nothing_is_lost_or_doubled()
    {
        await using var provider = await FakeProvider.StartAsync();
        var folder = await MigratedFolder.NewAsync();
        var random = new Random(20261122);
        string? token = null;
        for (var round = 0; round < 3 * Rounds; round++)
        {
            await using var host = await StartAsync(provider, folder, ("TokenStore__WelcomeCredits", "100000"));
            if (token is null)
                token = await SignUpAsync(host);
            else
                host.SignIn(token);
            // Before the load begins: a slow moment here must not count what has been received already.
            var enough = provider.Received.Count + random.Next(1, 20);
            var load = Enumerable
                .Range(0, 64)
                .Select(i => QuietlyAsync(host, $"r{round}-{i}", stream: i % 2 == 0))
                .ToList();
            await provider.WhenReceivedAsync(enough);
            await host.KillAsync();
            await Task.WhenAll(load);
        }
        await using (var last = await StartAsync(provider, folder))
        {
            last.SignIn(token!);
            await SettledAsync(last);
            var charges = await ChargesAsync(last);
            charges.ShouldBeGreaterThanOrEqualTo(provider.Completed.Select(c => c.Prompt).Distinct().Count());
            // No bound by what was received: a call that was marked as sent and whose bytes died with the process is
            // charged too, nobody can tell them apart. That none is charged twice or without its call is what reconcile
            // checks.
        }
        await ReconciledAsync(folder);
        TestFolders.Delete(folder);
    }

    private static async Task<string> DieAsync(FakeProvider provider, string folder, string step, bool stream)
    {
        await using var host = await StartAsync(provider, folder, ("SMARTFLOW_FAULT", step));
        var token = await SignUpAsync(host);
        await QuietlyAsync(host, "k", stream);
        await host.DiedAsync(step);
        return token;
    }

    private static Task<SmartFlowProcess> StartAsync(
        FakeProvider provider,
        string folder,
        params (string, string)[] more
    ) =>
        SmartFlowProcess.StartAsync(
            folder,
            [
                ("SMARTFLOW_LLM_BASE_URL", provider.BaseUrl),
                ("SMARTFLOW_LLM_MODEL", CallFixture.Model),
                ("Llm__SuspenseGraceSeconds", "0"),
                ("Llm__RecoveryIntervalSeconds", "1"),
                .. more,
            ]
        );

    private static async Task<string> SignUpAsync(SmartFlowProcess host)
    {
        var answer = await host.Http.PostAsync(
            "/api/v1/auth/register",
            new { username = "mei", password = TestUser.DefaultPassword }
        );
        var token = answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("access_token").GetString()!;
        host.SignIn(token);
        return token;
    }

    private static async Task<HttpResponseMessage> CallAsync(SmartFlowProcess host, string key, bool stream)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                JsonSerializer.Serialize(
                    new
                    {
                        model = CallFixture.Model,
                        stream,
                        max_tokens = 50,
                        messages = new[] { new { role = "user", content = key } },
                    }
                ),
                null,
                "application/json"
            ),
        };
        request.Headers.Add("Idempotency-Key", key);
        return await host.Http.SendAsync(request);
    }

    private static async Task QuietlyAsync(SmartFlowProcess host, string key, bool stream)
    {
        try
        {
            using var answer = await CallAsync(host, key, stream);
            await answer.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            // The process died, as it should.
        }
    }

    private static Task SettledAsync(SmartFlowProcess host) =>
        Eventually.IsTrueAsync(
            async () =>
            {
                var summary = (await host.Http.SendAsync(HttpMethod.Get, "/api/v1/credit-store/summary"))
                    .ShouldBe(HttpStatusCode.OK)
                    .Json;
                return summary.GetProperty("held_micros").GetInt64() == 0;
            },
            "no Credit is held"
        );

    private static async Task<int> ChargesAsync(SmartFlowProcess host) =>
        (await host.Http.SendAsync(HttpMethod.Get, "/api/v1/credit-store/transactions?source=charge&page_size=100"))
            .ShouldBe(HttpStatusCode.OK)
            .Json.GetProperty("page")
            .GetProperty("total")
            .GetInt32();

    private static async Task ReconciledAsync(string folder)
    {
        var (code, output) = await SmartFlowProcess.RunAsync(folder, "reconcile");
        code.ShouldBe(0, output);
    }
}
