using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartFlow.Tests;

/// <summary>A signed-in user and a client that sends the access token.</summary>
public sealed class TestUser
{
    public const string DefaultPassword = "correct horse battery";

    internal TestUser(SmartFlowApp app, Answer session)
    {
        App = app;
        var user = session.Json.GetProperty("user");
        Id = user.GetProperty("user_id").GetUInt64();
        Name = user.GetProperty("username").GetString()!;
        AccessToken = session.Json.GetProperty("access_token").GetString()!;
        RefreshToken = session.Json.GetProperty("refresh_token").GetString()!;
        Http = app.Client();
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AccessToken);
    }

    public SmartFlowApp App { get; }

    public ulong Id { get; }

    public string Name { get; }

    public string AccessToken { get; }

    public string RefreshToken { get; }

    public HttpClient Http { get; }

    public Task<Answer> GetAsync(string path) => Http.SendAsync(HttpMethod.Get, path);

    public Task<Answer> PostAsync(string path, object? body = null, params (string Name, string Value)[] headers) =>
        Http.SendAsync(HttpMethod.Post, path, body, headers);

    public Task<Answer> PatchAsync(string path, object body) => Http.SendAsync(HttpMethod.Patch, path, body);

    public Task<Answer> PutAsync(string path, object body) => Http.SendAsync(HttpMethod.Put, path, body);

    public Task<Answer> DeleteAsync(string path) => Http.SendAsync(HttpMethod.Delete, path);

    /// <summary>A new API key of the user.</summary>
    public async Task<string> CreateApiKeyAsync(string name = "script")
    {
        var answer = await PostAsync("/api/v1/api-keys", new { name });
        return answer.ShouldBe(System.Net.HttpStatusCode.Created).Json.GetProperty("key").GetString()!;
    }
}

/// <summary>Short forms of a request and its answer.</summary>
public static class HttpClientRequests
{
    public static async Task<Answer> SendAsync(
        this HttpClient http,
        HttpMethod method,
        string path,
        object? body = null,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = body as HttpContent ?? JsonContent.Create(body, options: JsonSerializerOptions.Default);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Answer.ReadAsync(await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead));
    }

    public static Task<Answer> FetchAsync(
        this HttpClient http,
        string path,
        params (string Name, string Value)[] headers
    ) => http.SendAsync(HttpMethod.Get, path, null, headers);

    public static Task<Answer> PostAsync(
        this HttpClient http,
        string path,
        object? body = null,
        params (string Name, string Value)[] headers
    ) => http.SendAsync(HttpMethod.Post, path, body, headers);
}
