using System.IO.Compression;
using System.Net;

namespace SmartFlow.Tests.Platform.Web;

public sealed class CompressedAnswersTests
{
    private static readonly (string, string) Accepts = ("Accept-Encoding", "gzip, br");

    [Fact]
    public async Task What_our_own_page_reads_is_compressed_and_nothing_whose_length_would_tell_a_secret()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        async Task<string?> EncodingAsync(string path, params (string, string)[] headers)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new("Bearer", mei.AccessToken);
            foreach (var (name, value) in headers)
                request.Headers.Add(name, value);
            using var answer = await app.Anonymous.SendAsync(request);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, path);
            return answer.Content.Headers.ContentEncoding.SingleOrDefault();
        }

        (await EncodingAsync("/api/v1/tasks", Accepts)).ShouldBe("br");
        (await EncodingAsync("/api/v1/tasks", ("Accept-Encoding", "gzip"))).ShouldBe("gzip");
        (await EncodingAsync("/api/v1/tasks")).ShouldBeNull();
        (string, string) cookie = ("Cookie", "anything=1");
        (await EncodingAsync("/api/v1/tasks", Accepts, cookie, ("Sec-Fetch-Site", "same-origin"))).ShouldBe("br");
        (await EncodingAsync("/api/v1/tasks", Accepts, cookie, ("Sec-Fetch-Site", "cross-site"))).ShouldBeNull(
            "another site asks"
        );
        (await EncodingAsync("/api/v1/tasks", Accepts, cookie)).ShouldBeNull("an old browser does not say who asks");
        (await EncodingAsync("/api/v1/auth/me", Accepts)).ShouldBeNull();
        (await EncodingAsync("/api/v1/api-keys", Accepts)).ShouldBeNull();
    }

    [Fact]
    public async Task A_compressed_answer_is_the_same_answer_and_a_stream_is_not_held_back()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var mei = await app.SignUpAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/terms/current");
        request.Headers.Authorization = new("Bearer", mei.AccessToken);
        request.Headers.Add("Accept-Encoding", "br");
        using var answer = await app.Anonymous.SendAsync(request);
        answer.Headers.Vary.ShouldContain("Accept-Encoding");
        await using var body = new BrotliStream(await answer.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        using var reader = new StreamReader(body);
        (await reader.ReadToEndAsync()).ShouldBe((await mei.GetAsync("/api/v1/terms/current")).Text);

        using var following = new HttpRequestMessage(HttpMethod.Get, "/api/v1/notifications/stream");
        following.Headers.Authorization = new("Bearer", mei.AccessToken);
        following.Headers.Add("Accept-Encoding", "br, gzip");
        using var stream = await app.Anonymous.SendAsync(following, HttpCompletionOption.ResponseHeadersRead);
        // What a stream says itself, for proxies.
        stream.Content.Headers.ContentEncoding.ShouldBe(["identity"]);
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync());
        (await events.ReadLineAsync()).ShouldNotBeNull();
    }
}
