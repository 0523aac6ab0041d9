using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.Agent.Mcp;

/// <summary>One host for the tests of a class that need no more than a user of their own each.</summary>
public sealed class McpHost : IAsyncLifetime
{
    private int users;

    public SmartFlowApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        App = await SmartFlowApp.StartAsync(s =>
            s.Settings["Agent:Mcp:AllowedOrigins"] = "https://client.example.org, https://other.example.org/"
        );
        App.Clock.SetTo(StartedApp.Now);
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();

    public Task<TestUser> NewUserAsync() => App.SignUpAsync($"user{Interlocked.Increment(ref users)}");
}

/// <summary>What users and their assistants do by the protocol.</summary>
internal static class McpIntents
{
    private static int ids;

    public static async Task<string> KeyAsync(this TestUser user, params string[] scopes) =>
        (await user.PostAsync("/api/v1/api-keys", new { name = "Claude", scopes }))
            .ShouldBe(HttpStatusCode.Created)
            .Json.GetProperty("key")
            .GetString()!;

    /// <summary>A message as any client sends it.</summary>
    public static Task<Answer> SendMcpAsync(
        this HttpClient http,
        string key,
        object? body,
        params (string Name, string Value)[] headers
    ) =>
        http.SendAsync(
            HttpMethod.Post,
            "/mcp",
            body,
            [
                ("Authorization", $"Bearer {key}"),
                ("Accept", "application/json, text/event-stream"),
                ("MCP-Protocol-Version", "2025-11-25"),
                ("Accept-Language", "en"),
                .. headers,
            ]
        );

    /// <summary>A call of a tool; what the assistant is told, and with failed whether it is an error.</summary>
    public static async Task<JsonObject> CallAsync(
        this HttpClient http,
        string key,
        string tool,
        object arguments,
        int? id = null,
        params (string Name, string Value)[] headers
    )
    {
        var body = new
        {
            jsonrpc = "2.0",
            id = id ?? Interlocked.Increment(ref ids),
            method = "tools/call",
            @params = new { name = tool, arguments },
        };
        var result = Message(await http.SendMcpAsync(key, body, headers))["result"]!.AsObject();
        var told = JsonNode.Parse(result["content"]![0]!["text"]!.GetValue<string>())!.AsObject();
        told["failed"] = result["isError"]?.GetValue<bool>() ?? false;
        return told;
    }

    public static JsonObject Message(Answer answer)
    {
        answer.ShouldBe(HttpStatusCode.OK);
        var line = answer.Text.Split('\n').Single(l => l.StartsWith("data:", StringComparison.Ordinal));
        return JsonNode.Parse(line["data:".Length..])!.AsObject();
    }

    public static async Task<List<JsonElement>> ProposalsAsync(this TestUser user, string query = "") =>
        [
            .. (await user.GetAsync("/api/v1/agent/proposals" + query))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("items")
                .EnumerateArray(),
        ];

    public static Task<Answer> AcceptAsync(this TestUser user, JsonObject proposed) =>
        user.PostAsync(
            string.Create(CultureInfo.InvariantCulture, $"/api/v1/agent/proposals/{proposed["proposal_id"]}/accept")
        );

    public static Task<Answer> RejectAsync(this TestUser user, JsonObject proposed) =>
        user.PostAsync(
            string.Create(CultureInfo.InvariantCulture, $"/api/v1/agent/proposals/{proposed["proposal_id"]}/reject")
        );

    public static string State(this JsonObject told) => told["state"]!.GetValue<string>();

    public static string Error(this JsonObject told)
    {
        told["failed"]!.GetValue<bool>().ShouldBeTrue(told.ToJsonString());
        return told["error"]!.GetValue<string>();
    }
}
