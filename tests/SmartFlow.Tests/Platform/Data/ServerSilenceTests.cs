using System.Net;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Errors;
using SmartFlow.Tests.TokenStore.Operations;

namespace SmartFlow.Tests.Platform.Data;

/// <summary>A PostgreSQL server of its own that stands still for a while.</summary>
public sealed class ServerSilenceTests
{
    /// <summary>
    /// What any of these may take while the database is silent; without the watch it was more than a minute.
    /// </summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Everybody_is_told_that_a_silent_database_is_out_of_reach_and_goes_on_when_it_answers_again()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals to a server's processes");
        await using var server = new PostgresServer();
        var database = await server.NewDatabaseAsync();
        await using var provider = await FakeProvider.StartAsync();
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["Data:ConnectionString"] = database;
            s.Settings["Llm:BaseUrl"] = provider.BaseUrl;
            s.Settings["Llm:Model"] = "fake";
        });
        var mei = await app.SignUpAsync();
        var boss = await app.OperatorAsync();
        var asks = new Dictionary<string, Func<Task<Answer>>>
        {
            ["readiness"] = () => app.Anonymous.FetchAsync("/readyz"),
            ["a read"] = () => mei.GetAsync("/api/v1/tasks"),
            ["a write with a key"] = () =>
                mei.PostAsync("/api/v1/tasks", new { title = "t" }, ("Idempotency-Key", "k")),
            ["a registration"] = () =>
                app.Anonymous.PostAsync(
                    "/api/v1/auth/register",
                    new { username = "lihua", password = TestUser.DefaultPassword }
                ),
            ["the balance"] = () => mei.GetAsync("/api/v1/credit-store/summary"),
            ["a call"] = () =>
                mei.PostAsync(
                    "/v1/chat/completions",
                    new { model = "fake", messages = new[] { new { role = "user", content = "Hi" } } }
                ),
            ["a refund"] = () =>
                boss.PostAsync(
                    OperatorDesk.Admin + "refunds",
                    new
                    {
                        user_id = mei.Id,
                        event_id = "sf:x",
                        reason = "because",
                    }
                ),
            ["the operators' list"] = () => boss.GetAsync(OperatorDesk.Admin + "accounts"),
        };
        foreach (var (what, ask) in asks)
            ((int)(await ask()).Status).ShouldBeLessThan(what == "a refund" ? 500 : 300, what);

        await server.PauseAsync();
        var sent = provider.Received.Count;
        try
        {
            foreach (var round in new[] { 1, 2 })
            {
                var answers = asks.Select(async a => (What: a.Key, Answer: await AnswerAsync(a.Key, a.Value())));
                foreach (var (what, answer) in await Task.WhenAll(answers))
                {
                    answer.Status.ShouldBe(HttpStatusCode.ServiceUnavailable, $"{what}, round {round}: {answer.Text}");
                    if (what is not ("readiness" or "a call"))
                        answer.ShouldBeRefused(ErrorCodes.Unavailable);
                }
            }
            provider.Received.Count.ShouldBe(sent);
        }
        finally
        {
            await server.ResumeAsync();
        }

        await Eventually.IsTrueAsync(
            async () => (await app.Anonymous.FetchAsync("/readyz")).Status == HttpStatusCode.OK,
            "it is ready again"
        );
        foreach (var (what, ask) in asks.Where(a => a.Key != "a registration"))
            ((int)(await ask()).Status).ShouldBeLessThan(500, what);
        await app.LedgerShouldAgreeAsync();
    }

    /// <summary>
    /// A transaction that was given up goes on when the server answers: with what it was asked, not with what others
    /// asked since.
    /// </summary>
    [Fact]
    public async Task What_goes_on_after_a_silence_is_what_was_asked()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "signals to a server's processes");
        await using var server = new PostgresServer();
        var database = await server.NewDatabaseAsync();
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Data:ConnectionString"] = database);
        var mei = await app.SignUpAsync();
        var ledger = app.Services.GetRequiredService<ICreditLedger>();
        await HoldAsync("before");

        await server.PauseAsync();
        try
        {
            (await Should.ThrowAsync<RefusedException>(() => HoldAsync("given-up"))).Code.ShouldBe(
                ErrorCodes.Unavailable
            );
            (await Should.ThrowAsync<RefusedException>(() => HoldAsync("refused"))).Code.ShouldBe(
                ErrorCodes.Unavailable
            );
        }
        finally
        {
            await server.ResumeAsync();
        }

        await Eventually.IsTrueAsync(async () => (await HeldAsync()).Length > 1, "what was given up is done");
        (await HeldAsync()).ShouldBe(["before", "given-up"], ignoreOrder: true);
        await app.LedgerShouldAgreeAsync();

        Task HoldAsync(string name) =>
            ledger.ReserveAsync(
                new()
                {
                    Key = new() { UserId = mei.Id, EventId = name },
                    AmountMicros = 1_000,
                },
                default
            );

        async Task<string[]> HeldAsync() =>
            [.. (await ledger.ListHoldsAsync(new() { Limit = 10 }, default)).Items.Select(h => h.Key.EventId)];
    }

    private static async Task<Answer> AnswerAsync(string what, Task<Answer> answer) =>
        await Task.WhenAny(answer, Task.Delay(Patience)) == answer
            ? await answer
            : throw new TimeoutException($"{what} has no answer.");
}
