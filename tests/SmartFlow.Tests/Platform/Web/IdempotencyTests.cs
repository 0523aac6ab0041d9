using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Idempotency;
using SmartFlow.UserAuth;

namespace SmartFlow.Tests.Platform.Web;

/// <summary>The guard, on routes of the test that count how often they ran.</summary>
public sealed class IdempotencyTests
{
    private const string Required = "/api/v1/probe/required";
    private const string Optional = "/api/v1/probe/optional";
    private const string Failing = "/api/v1/probe/failing";
    private const string Slow = "/api/v1/probe/slow";
    private const string Large = "/api/v1/probe/large";

    [Fact]
    public async Task A_repeat_gets_the_first_answer_and_runs_nothing()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        var first = (await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k"))).ShouldBe(
            HttpStatusCode.Created
        );
        var again = (await mei.PostAsync(Required, new { a = 1 }, ("X-Idempotency-Key", "k"))).ShouldBe(
            HttpStatusCode.Created
        );
        again.Text.ShouldBe(first.Text);
        again.Header("Content-Type").ShouldBe(first.Header("Content-Type"));
        again.Header("Location").ShouldBe(first.Header("Location"));
        again.Header("Idempotency-Replayed").ShouldBe("true");
        probe.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task Another_key_user_or_route_is_another_request()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        var other = await app.SignUpAsync("another");
        await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k"));
        await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k2"));
        await other.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k"));
        await mei.PostAsync(Optional, new { a = 1 }, ("Idempotency-Key", "k"));
        probe.Runs.ShouldBe(4);
    }

    [Fact]
    public async Task Another_body_under_the_key_is_refused()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k"));
        (await mei.PostAsync(Required, new { a = 2 }, ("Idempotency-Key", "k"))).ShouldBeRefused(ErrorCodes.KeyReused);
        (await mei.PostAsync(Required + "?b=1", new { a = 1 }, ("Idempotency-Key", "k"))).ShouldBeRefused(
            ErrorCodes.KeyReused
        );
        probe.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_repeat_while_the_first_runs_is_told_to_wait()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        var first = mei.PostAsync(Slow, new { a = 1 }, ("Idempotency-Key", "k"));
        await probe.Entered.Task;
        (await mei.PostAsync(Slow, new { a = 1 }, ("Idempotency-Key", "k")))
            .ShouldBeRefused(ErrorCodes.InFlight)
            .Header("Retry-After")
            .ShouldBe("1");
        probe.MayLeave.SetResult();
        (await first).ShouldBe(HttpStatusCode.Created);
        (await mei.PostAsync(Slow, new { a = 1 }, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created);
        probe.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_at_once_with_one_key_one_runs()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        var answers = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k")))
        );
        answers.ShouldAllBe(a => a.Status == HttpStatusCode.Created || a.Status == HttpStatusCode.Conflict);
        answers.ShouldContain(a => a.Status == HttpStatusCode.Created);
        probe.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_client_that_hangs_up_finds_the_answer_when_it_comes_back()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        using var hangUp = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, Slow)
        {
            Content = new StringContent("{}", null, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", "k");
        var first = mei.Http.SendAsync(request, hangUp.Token);
        await probe.Entered.Task;
        await hangUp.CancelAsync();
        await Should.ThrowAsync<TaskCanceledException>(first);
        probe.MayLeave.SetResult();
        await probe.Left.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var again = await Eventually.GetAsync(
            () => mei.PostAsync(Slow, new { }, ("Idempotency-Key", "k")),
            a => a.Status != HttpStatusCode.Conflict
        );
        again.ShouldBe(HttpStatusCode.Created).Header("Idempotency-Replayed").ShouldBe("true");
        probe.Runs.ShouldBe(1);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    [InlineData(500)]
    public async Task A_failure_is_not_kept(int status)
    {
        var probe = new Probe { FailWith = status };
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        ((int)(await mei.PostAsync(Failing, new { a = 1 }, ("Idempotency-Key", "k"))).Status).ShouldBe(status);
        probe.FailWith = 0;
        (await mei.PostAsync(Failing, new { a = 1 }, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created);
        probe.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task A_route_may_demand_a_key()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        (await mei.PostAsync(Required, new { a = 1 })).ShouldBeRefused(ErrorCodes.IdempotencyKeyRequired);
        (await mei.PostAsync(Optional, new { a = 1 })).ShouldBe(HttpStatusCode.Created);
        (await mei.PostAsync(Optional, new { a = 1 })).ShouldBe(HttpStatusCode.Created);
        probe.Runs.ShouldBe(2);
    }

    [Fact]
    public async Task A_key_is_1_to_255_visible_ASCII_characters_sent_once()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        foreach (var bad in new[] { "", "a b", new string('k', 256) })
            (await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", bad))).Status.ShouldBe(
                HttpStatusCode.BadRequest,
                bad
            );
        (
            await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "a"), ("X-Idempotency-Key", "b"))
        ).ShouldBeRefused(ErrorCodes.InvalidArgument);
        (await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", new string('k', 255)))).ShouldBe(
            HttpStatusCode.Created
        );
        probe.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task An_answer_too_large_to_keep_is_not_made_twice()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        (await mei.PostAsync(Large, new { a = 1 }, ("Idempotency-Key", "k")))
            .ShouldBe(HttpStatusCode.OK)
            .Text.Length.ShouldBeGreaterThan(300_000);
        (await mei.PostAsync(Large, new { a = 1 }, ("Idempotency-Key", "k"))).ShouldBeRefused(ErrorCodes.ResultExpired);
        probe.Runs.ShouldBe(1);
    }

    [Fact]
    public async Task After_a_day_the_key_is_free_and_the_clean_up_removes_all_in_batches()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe, s => s.Settings["Idempotency:CleanUpLimit"] = "2");
        var mei = await app.SignUpAsync();
        foreach (var key in new[] { "k", "l", "m" })
            await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", key));
        app.Clock.Advance(TimeSpan.FromHours(25));
        var later = await app.SignInAsync("mei");
        (await later.PostAsync(Required, new { a = 2 }, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created);
        probe.Runs.ShouldBe(4);
        await later.PostAsync(Required, new { a = 2 }, ("Idempotency-Key", "n"));
        var cleanUp = app.Services.GetRequiredService<IdempotencyCleanUp>();
        await cleanUp.RunOnceAsync(default);
        (await KeysAsync(app)).ShouldBe(["k", "n"]);
        app.Clock.Advance(TimeSpan.FromHours(25));
        var last = await app.SignInAsync("mei");
        foreach (var key in new[] { "o", "p" })
            await last.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", key));
        app.Clock.Advance(TimeSpan.FromHours(25));
        await cleanUp.RunOnceAsync(default);
        (await KeysAsync(app)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_request_whose_process_died_may_run_again_after_its_time()
    {
        var probe = new Probe();
        await using var app = await StartAsync(probe);
        var mei = await app.SignUpAsync();
        await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k"));
        var writer = app.Services.GetRequiredService<SmartFlow.Platform.Data.IWriter<UserAuthDb>>();
        await writer.WriteAsync(
            (db, token) => db.IdempotentRequests.ExecuteUpdateAsync(s => s.SetProperty(r => r.Status, 0), token),
            default
        );
        (await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k"))).ShouldBeRefused(ErrorCodes.InFlight);
        app.Clock.Advance(TimeSpan.FromMinutes(3));
        (await mei.PostAsync(Required, new { a = 1 }, ("Idempotency-Key", "k"))).ShouldBe(HttpStatusCode.Created);
        probe.Runs.ShouldBe(2);
    }

    private static async Task<string[]> KeysAsync(SmartFlowApp app)
    {
        await using var db = await app
            .Services.GetRequiredService<IDbContextFactory<UserAuthDb>>()
            .CreateDbContextAsync();
        return await db.IdempotentRequests.OrderBy(r => r.Key).Select(r => r.Key).ToArrayAsync();
    }

    private static Task<SmartFlowApp> StartAsync(Probe probe, Action<AppSetup>? more = null) =>
        SmartFlowApp.StartAsync(setup =>
        {
            more?.Invoke(setup);
            setup.Routes = routes =>
            {
                routes.MapPost(Required, () => probe.Run()).WithIdempotency<UserAuthDb>(required: true);
                routes.MapPost(Optional, () => probe.Run()).WithIdempotency<UserAuthDb>();
                routes.MapPost(Failing, () => probe.Run()).WithIdempotency<UserAuthDb>();
                routes.MapPost(Slow, probe.RunSlowlyAsync).WithIdempotency<UserAuthDb>();
                routes.MapPost(Large, () => probe.RunLarge()).WithIdempotency<UserAuthDb>();
            };
        });

    private sealed class Probe
    {
        private int runs;

        public int Runs => runs;

        public int FailWith { get; set; }

        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource MayLeave { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Left { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public IResult Run()
        {
            var run = Interlocked.Increment(ref runs);
            return FailWith switch
            {
                0 => TypedResults.Created($"/api/v1/probe/{run}", new { Run = run }),
                409 => throw new RefusedException(ErrorCodes.Conflict, "not now"),
                500 => throw new InvalidOperationException("broken"),
                _ => TypedResults.StatusCode(FailWith),
            };
        }

        public Microsoft.AspNetCore.Http.HttpResults.ContentHttpResult RunLarge()
        {
            Interlocked.Increment(ref runs);
            return TypedResults.Text(new string('x', 300_001));
        }

        public async Task<IResult> RunSlowlyAsync(CancellationToken cancellationToken)
        {
            Entered.TrySetResult();
            await MayLeave.Task.WaitAsync(cancellationToken);
            Left.TrySetResult();
            return Run();
        }
    }
}
