using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Data.Sqlite;
using SmartFlow.Tests.Notification;

namespace SmartFlow.Tests.Platform.Doctor;

/// <summary>smartflow doctor, as a process of its own against real peers.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private readonly string folder = TestFolders.New();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        TestFolders.Delete(folder);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_new_installation_has_no_error_and_is_told_what_it_lacks()
    {
        var (code, output) = await SmartFlowProcess.RunAsync(folder, "doctor");
        output.ShouldContain("nothing there yet");
        output.ShouldContain("the offline model answers");
        output.ShouldContain("MiB free");
        code.ShouldBe(0, output);
        Directory.EnumerateFiles(folder, "*.db").ShouldBeEmpty();
        (await SmartFlowProcess.RunAsync(folder, "doctor", "--all")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task Each_thing_that_does_not_work_is_named_with_what_to_do()
    {
        await using var provider = await LoopbackPeer.StartAsync();
        await using var other = await LoopbackPeer.StartAsync();
        other.Answers = (http, _) => http.Response.WriteAsync("""{"data":[{"id":"there"}]}""");
        provider.Says(StatusCodes.Status401Unauthorized, "{}");
        var nobody = FreePorts.Next();
        await SmartFlowProcess.RunAsync(folder, "migrate");
        await using (
            var ledger = new SqliteConnection($"Data Source={Path.Combine(folder, "tokenstore.db")};Pooling=False")
        )
        {
            await ledger.OpenAsync(TestContext.Current.CancellationToken);
            // Rules never change but by new versions, so that this takes what watches over it away first.
            await using var triggers = new SqliteCommand(
                "SELECT group_concat('DROP TRIGGER ' || name, ';') FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'credit_price_rules'",
                ledger
            );
            await using var drop = new SqliteCommand(
                (string)(await triggers.ExecuteScalarAsync(TestContext.Current.CancellationToken))!,
                ledger
            );
            await drop.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
            await using var narrow = new SqliteCommand(
                "UPDATE credit_price_rules SET model_name = 'demo' WHERE model_name = '*' OR model_name = ''",
                ledger
            );
            (await narrow.ExecuteNonQueryAsync(TestContext.Current.CancellationToken)).ShouldBeGreaterThan(0);
        }
        const string key = "sk-a-key-that-nobody-may-see-0123456789";
        var (code, output) = await SmartFlowProcess.RunAsync(
            folder,
            [
                ("SMARTFLOW_LLM_BASE_URL", provider.Url),
                ("SMARTFLOW_LLM_API_KEY", key),
                ("SMARTFLOW_LLM_MODEL", "without-a-price"),
                ("Llm__Providers__0__Name", "other"),
                ("Llm__Providers__0__BaseUrl", other.Url),
                ("Llm__Providers__0__Models__0", "missing"),
                ("Llm__Providers__1__Name", "gone"),
                ("Llm__Providers__1__BaseUrl", $"http://127.0.0.1:{nobody}"),
                ("Llm__Providers__1__Models__0", "x"),
                ("Bus__Kafka__BootstrapServers", $"127.0.0.1:{nobody}"),
                ("Redis__Configuration", $"127.0.0.1:{nobody}"),
                ("Notification__Smtp__Host", "127.0.0.1"),
                ("Notification__Smtp__Port", $"{nobody}"),
                ("Notification__Smtp__From", "a@example.org"),
                ("Notification__PublicUrl", "https://plan.example.org"),
            ],
            "doctor",
            "--json"
        );
        code.ShouldBe(1, output);
        output.ShouldNotContain(key);
        using var report = JsonDocument.Parse(output[output.IndexOf('{')..]);
        var found = report
            .RootElement.GetProperty("checks")
            .EnumerateArray()
            .ToDictionary(
                c => c.GetProperty("name").GetString()!,
                c =>
                    c.GetProperty("findings")
                        .EnumerateArray()
                        .Select(f => $"{f.GetProperty("level").GetString()} {f.GetProperty("found").GetString()}")
                        .ToArray()
            );
        found["databases"].ShouldHaveSingleItem().ShouldStartWith("ok");
        found["providers"]
            .ShouldBe(
                ["error openai refuses the key (401)", "warning other does not list missing", found["providers"][2]],
                output
            );
        found["providers"][2].ShouldStartWith("error gone is out of reach");
        found["price rules"].ShouldHaveSingleItem().ShouldStartWith("ok");
        found["prices"].ShouldHaveSingleItem().ShouldContain("openai/without-a-price");
        found["neighbours"].ShouldContain(f => f.StartsWith("error Kafka"));
        found["neighbours"].ShouldContain("warning Redis does not answer");
        found["mail"].ShouldHaveSingleItem().ShouldStartWith("error");
        provider.Received.ShouldHaveSingleItem().Headers["Authorization"].ShouldBe("Bearer " + key);
    }
}
