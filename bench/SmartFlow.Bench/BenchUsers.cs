using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace SmartFlow.Bench;

/// <summary>Users of a program under load.</summary>
internal static class BenchUsers
{
    private const int Users = 8;

    /// <summary>Their API keys, as soon as the program is ready.</summary>
    /// <param name="port">Of the program that makes users.</param>
    public static async Task<List<string>> SignUpAsync(int port)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        await ReadyAsync(http);
        var keys = new List<string>();
        for (var i = 0; i < Users; i++)
        {
            var session = await PostAsync(
                http,
                "/api/v1/auth/register",
                new { username = $"bench{i}", password = "a-bench-password" },
                null
            );
            var token = session.GetProperty("access_token").GetString()!;
            keys.Add(
                (await PostAsync(http, "/api/v1/api-keys", new { name = "bench" }, token))
                    .GetProperty("key")
                    .GetString()!
            );
        }
        return keys;
    }

    public static async Task ReadyAsync(HttpClient http)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                if ((await http.GetAsync(new Uri("/readyz", UriKind.Relative))).IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException) when (i < 3_000)
            {
                // Not listening yet.
            }
            await Task.Delay(100);
        }
    }

    private static async Task<JsonElement> PostAsync(HttpClient http, string path, object body, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
