using System.Net;
using System.Text;
using System.Text.Json;

namespace SmartFlow.Tests;

/// <summary>An HTTP answer, read to its end, in order or not.</summary>
public sealed class Answer
{
    private Answer(HttpResponseMessage response, string text, bool broken)
    {
        Broken = broken;
        Status = response.StatusCode;
        Text = text;
        Headers = response
            .Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join("\n", h.Value), StringComparer.OrdinalIgnoreCase);
    }

    public HttpStatusCode Status { get; }

    public string Text { get; }

    /// <summary>The connection closed before the answer's end.</summary>
    public bool Broken { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The code of a problem document.</summary>
    public string Code => Json.GetProperty("code").GetString()!;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using var _ = response;
        using var text = new MemoryStream();
        try
        {
            await (await response.Content.ReadAsStreamAsync()).CopyToAsync(text);
            return new Answer(response, Encoding.UTF8.GetString(text.ToArray()), broken: false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            return new Answer(response, Encoding.UTF8.GetString(text.ToArray()), broken: true);
        }
    }

    public Answer ShouldBe(HttpStatusCode status)
    {
        Status.ShouldBe(status, Text);
        return this;
    }

    /// <summary>A problem document of this code and its status.</summary>
    public Answer ShouldBeRefused(SmartFlow.Platform.Errors.ErrorCode code)
    {
        ((int)Status).ShouldBe(code.HttpStatus, Text);
        Header("Content-Type").ShouldBe("application/problem+json");
        Code.ShouldBe(code.Code);
        Json.GetProperty("status").GetInt32().ShouldBe(code.HttpStatus);
        Json.GetProperty("detail").GetString().ShouldNotBeNullOrEmpty();
        return this;
    }
}
