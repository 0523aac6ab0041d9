using System.Net;
using System.Net.Sockets;
using System.Text;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Gateway;

/// <summary>What a client sees of a stream that is quiet, and of one that breaks.</summary>
public sealed class LifeSignTests : IAsyncLifetime
{
    private CallFixture f = null!;

    public async ValueTask InitializeAsync() =>
        f = await CallFixture.StartAsync(s =>
            (s.Settings["Llm:Model"], s.Settings["Gateway:LifeSignSeconds"]) = ("fake", "1")
        );

    public ValueTask DisposeAsync() => f.DisposeAsync();

    public static TheoryData<string> Streams { get; } = [.. Surface.All.Where(s => s.Value.Stream).Select(s => s.Key)];

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_provider_that_says_nothing_gets_headers_and_comments_to_the_client_and_then_its_answer(
        string surface
    )
    {
        f.Provider.Hold();
        using var response = await OpenAsync(surface);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (var i = 0; i < 2; i++)
        {
            (await lines.ReadLineAsync())!.ShouldStartWith(":");
            (await lines.ReadLineAsync()).ShouldBe("");
        }
        f.Provider.LetGo();
        (await lines.ReadToEndAsync()).ShouldContain("Hello");
        await f.SettledAsync();
        f.Provider.Received.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Headers_go_out_when_the_providers_do()
    {
        await using var patient = await CallFixture.StartAsync(s =>
            (s.Settings["Llm:Model"], s.Settings["Gateway:LifeSignSeconds"]) = ("fake", "600")
        );
        var goOn = new TaskCompletionSource();
        patient.Provider.Answers = _ => new FakeAnswer
        {
            HeadersFirst = true,
            BeforeChunk = i => i == 0 ? goOn.Task : Task.CompletedTask,
        };
        using var request = Request(Surface.All["chat stream"]);
        using var response = await patient.User.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        goOn.SetResult();
        (await response.Content.ReadAsStringAsync()).ShouldEndWith("data: [DONE]\n\n");
    }

    [Fact]
    public async Task Between_two_pieces_there_are_comments_too()
    {
        var goOn = new TaskCompletionSource();
        f.Provider.Answers = _ => new FakeAnswer { BeforeChunk = i => i == 2 ? goOn.Task : Task.CompletedTask };
        using var response = await OpenAsync("chat stream");
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        while (!(await lines.ReadLineAsync())!.StartsWith(':')) { }
        goOn.SetResult();
        (await lines.ReadToEndAsync()).ShouldEndWith("data: [DONE]\n\n");
    }

    [Fact]
    public async Task A_failure_after_the_headers_is_an_event_and_costs_nothing()
    {
        f.Provider.Answers = _ => new FakeAnswer { Status = 500 };
        f.Provider.Hold();
        using var response = await OpenAsync("chat stream");
        f.Provider.LetGo();
        var answer = await Answer.ReadAsync(response);
        (answer.Status, answer.Broken).ShouldBe((HttpStatusCode.OK, true));
        answer.Text.ShouldContain("provider_failed");
        await f.SettledAsync();
        (await f.BalanceAsync()).BalanceMicros.ShouldBe(100_000_000);
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task A_stream_that_breaks_tells_its_error_and_closes_the_connection_without_the_final_chunk(
        string surface
    )
    {
        f.Provider.Answers = _ => new FakeAnswer { EndsAfter = 2 };
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, f.App.Url.Port);
        var stream = socket.GetStream();
        var body = Surface.All[surface].Body.Replace("TEXT", "hi");
        await stream.WriteAsync(
            Encoding.ASCII.GetBytes(
                $"POST {Surface.All[surface].Path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {f.User.AccessToken}\r\n"
                    + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}"
            )
        );
        using var reader = new StreamReader(stream);
        // Everything arrives, and then the end of the connection, not a reset.
        var text = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(30));
        text.ShouldContain("Transfer-Encoding: chunked");
        text.ShouldContain("Hello");
        text.ShouldContain("provider_failed");
        text.ShouldNotContain("\r\n0\r\n");
        await f.SettledAsync();
    }

    [Theory]
    [InlineData(
        "hangs",
        """data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}""",
        false
    )]
    [InlineData(
        "breaks",
        """data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}""",
        false
    )]
    [InlineData("breaks", "data: {\"choices\":[],\"usa", true)]
    [InlineData("breaks", "", true)]
    public async Task An_answer_whose_choices_have_ended_is_whole_without_the_mark_of_the_end(
        string how,
        string last,
        bool estimated
    )
    {
        const string said = """
            data: {"id":"x","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}

            data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}


            """;
        var answered = new TaskCompletionSource();
        f.Provider.Answers = _ => new FakeAnswer
        {
            Scripted = async context =>
            {
                context.Response.ContentType = "text/event-stream";
                await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(said + last + (estimated ? "" : "\n\n")));
                await context.Response.Body.FlushAsync();
                if (how == "hangs")
                    await answered.Task;
                // Closes in order what was written, without the final chunk.
                else
                    throw new IOException("The provider dies.");
            },
        };
        var answer = await Surface.All["chat stream"].AskAsync(f.User.Http, "key");
        answered.SetResult();
        answer.Broken.ShouldBeFalse();
        answer.Text.ShouldEndWith("data: [DONE]\n\n");
        var call = await f.CallViewAsync("key");
        (call.Outcome, call.Usage.Estimated).ShouldBe(("completed", estimated));
        (await Surface.All["chat"].AskAsync(f.User.Http, "key"))
            .Header("x-smartflow-replayed")
            .ShouldBe("true", "the whole answer is kept");
        await f.SettledAsync();
    }

    private async Task<HttpResponseMessage> OpenAsync(string surface)
    {
        using var request = Request(Surface.All[surface]);
        return await f.User.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    private static HttpRequestMessage Request(Surface surface) =>
        new(HttpMethod.Post, surface.Path)
        {
            Content = new StringContent(surface.Body.Replace("TEXT", "hi"), null, "application/json"),
        };
}
