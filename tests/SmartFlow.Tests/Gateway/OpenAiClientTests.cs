using System.ComponentModel;
using System.Diagnostics;

namespace SmartFlow.Tests.Gateway;

/// <summary>The official npm client against the real host; what it does stands in tests/clients/openai.</summary>
public class OpenAiClientTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "tests", "clients", "openai");

    [Fact]
    public async Task The_official_client_works_unchanged()
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules", "openai")))
            await RunAsync("npm", ["ci", "--no-audit", "--no-fund"], []);
        await using var provider = await FakeProvider.StartAsync();
        provider.Answers = call => call.Prompt switch
        {
            "limit" => new FakeAnswer { Status = 429, RetryAfter = "60" },
            "fail" => new FakeAnswer { Status = 500 },
            "cut" => new FakeAnswer { Text = "a b c d", EndsAfter = 4 },
            _ => new FakeAnswer { PromptTokens = 1_117, CachedTokens = 1_024, CompletionTokens = 46, ReasoningTokens = 20 },
        };
        // The second user finds no welcome left.
        await using var app = await GatewayClient.StartAsync(provider, s => s.Settings["TokenStore:WelcomesADay"] = "1");
        var (mei, poor) = (await app.SignUpAsync(), await app.SignUpAsync("poor"));
        (await app.BalanceMicrosAsync(poor)).ShouldBe(0);
        var said = await RunAsync("node", ["--test", "--test-reporter=spec", "client.test.mjs"], new()
        {
            ["SMARTFLOW_ORIGIN"] = app.Url.ToString().TrimEnd('/'),
            ["SMARTFLOW_URL"] = new Uri(app.Url, "/v1").ToString(),
            ["SMARTFLOW_KEY"] = await mei.CreateApiKeyAsync(),
            ["SMARTFLOW_POOR_KEY"] = await poor.CreateApiKeyAsync(),
        });
        said.ShouldContain("pass 8");
        // Plain, streamed, the helper, and one call for three repeats; a failure is tried again, a long limit is not.
        provider.Received.Count(c => c.Prompt == "Say hello.").ShouldBe(4);
        provider.Received.Count(c => c.Prompt == "limit").ShouldBe(1);
    }

    private static async Task<string> RunAsync(string program, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        try
        {
            using var process = Process.Start(start)!;
            var errors = process.StandardError.ReadToEndAsync();
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}\n{output}\n{await errors}");
            return output;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"This test needs {program}: install Node.js 20 or newer with npm.");
        }
    }
}
