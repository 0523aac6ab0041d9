using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests.Llm.Calls;

/// <summary>
/// SIGTERM: what runs may end within a limit, the rest is broken off, and all of it is charged. Failure 7 of
/// docs/failures.md.
/// </summary>
public sealed class ShutdownTests
{
    [Fact]
    public async Task A_stream_under_way_comes_to_its_end_and_is_charged_by_its_usage()
    {
        await using var provider = await FakeProvider.StartAsync();
        var goOn = new TaskCompletionSource();
        provider.Answers = _ => new FakeAnswer { AfterFirstChunk = goOn.Task };
        var folder = await MigratedFolder.NewAsync();
        await using (var host = await StartAsync(provider, folder, shutdownSeconds: 30))
        {
            await SignUpAsync(host);
            using var response = await BeginAsync(host);
            var stopped = host.StopAsync();
            await Eventually.IsTrueAsync(() => IsClosedAsync(host), "new connections are refused");
            goOn.SetResult();
            (await response.Content.ReadAsStringAsync()).ShouldEndWith("data: [DONE]\n\n");
            (await stopped).ShouldBe(0);
        }
        (await ChargedAsync(provider, folder)).ShouldBe(("completed", false));
    }

    [Fact]
    public async Task What_does_not_end_in_time_is_broken_off_and_charged_before_the_process_ends()
    {
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = _ => new FakeAnswer { Text = "one two three", HangAfter = 3 };
        var folder = await MigratedFolder.NewAsync();
        await using (var host = await StartAsync(provider, folder, shutdownSeconds: 1))
        {
            await SignUpAsync(host);
            using var response = await BeginAsync(host);
            (await host.StopAsync()).ShouldBe(0);
        }
        (await ChargedAsync(provider, folder)).ShouldBe(("client_gone", true));
    }

    /// <summary>How the call ended, as the journal has it at the next start, after it was charged once.</summary>
    private static async Task<(string Outcome, bool Estimated)> ChargedAsync(FakeProvider provider, string folder)
    {
        await using var host = await StartAsync(provider, folder, shutdownSeconds: 30);
        var signedIn = await host.Http.PostAsync(
            "/api/v1/auth/login",
            new { username = "mei", password = TestUser.DefaultPassword }
        );
        host.SignIn(signedIn.ShouldBe(HttpStatusCode.OK).Json.GetProperty("access_token").GetString()!);
        var call = (await host.Http.SendAsync(HttpMethod.Get, "/api/v1/calls/k")).ShouldBe(HttpStatusCode.OK).Json;
        await Eventually.IsTrueAsync(
            async () =>
                (await host.Http.SendAsync(HttpMethod.Get, "/api/v1/credit-store/transactions?source=charge"))
                    .Json.GetProperty("page")
                    .GetProperty("total")
                    .GetInt32() == 1,
            "the call is charged once"
        );
        provider.Received.Count.ShouldBe(1);
        return (
            call.GetProperty("outcome").GetString()!,
            call.GetProperty("usage").GetProperty("estimated").GetBoolean()
        );
    }

    private static Task<SmartFlowProcess> StartAsync(FakeProvider provider, string folder, int shutdownSeconds) =>
        SmartFlowProcess.StartAsync(
            folder,
            [
                ("SMARTFLOW_LLM_BASE_URL", provider.BaseUrl),
                ("SMARTFLOW_LLM_MODEL", CallFixture.Model),
                ("Web__ShutdownSeconds", shutdownSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            ]
        );

    private static async Task SignUpAsync(SmartFlowProcess host)
    {
        var answer = await host.Http.PostAsync(
            "/api/v1/auth/register",
            new { username = "mei", password = TestUser.DefaultPassword }
        );
        host.SignIn(answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("access_token").GetString()!);
    }

    /// <summary>A stream whose headers have come.</summary>
    private static async Task<HttpResponseMessage> BeginAsync(SmartFlowProcess host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                JsonSerializer.Serialize(
                    new
                    {
                        model = CallFixture.Model,
                        stream = true,
                        max_tokens = 50,
                        messages = new[] { new { role = "user", content = "k" } },
                    }
                ),
                null,
                "application/json"
            ),
        };
        request.Headers.Add("Idempotency-Key", "k");
        return await host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static async Task<bool> IsClosedAsync(SmartFlowProcess host)
    {
        using var other = new HttpClient { BaseAddress = host.Http.BaseAddress };
        try
        {
            await other.GetAsync("/healthz");
            return false;
        }
        catch (HttpRequestException)
        {
            return true;
        }
    }
}
