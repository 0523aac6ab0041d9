using System.Net;
using System.Text.Json;

namespace SmartFlow.Tests;

/// <summary>An HTTP answer, read whole.</summary>
public sealed class Answer
{
    private Answer(HttpResponseMessage response, string text)
    {
        Status = response.StatusCode;
        Text = text;
        Headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(h => h.Key, h => string.Join("\n", h.Value), StringComparer.OrdinalIgnoreCase);
    }

    public HttpStatusCode Status { get; }

    public string Text { get; }

    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Text).RootElement;

    /// <summary>The code of a problem document.</summary>
    public string Code => Json.GetProperty("code").GetString()!;

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        using (response) return new Answer(response, await response.Content.ReadAsStringAsync());
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
