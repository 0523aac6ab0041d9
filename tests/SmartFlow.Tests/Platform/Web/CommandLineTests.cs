using System.Diagnostics;

namespace SmartFlow.Tests.Platform.Web;

/// <summary>The program as a process of its own: what an operator's shell sees.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly string folder = TestFolders.New();

    public void Dispose() => TestFolders.Delete(folder);

    [Fact]
    public async Task Bad_configuration_ends_with_code_2_and_one_line_that_says_what_to_set()
    {
        var run = await RunAsync("--urls", "nonsense");
        run.Code.ShouldBe(2);
        run.Errors.Trim().ShouldStartWith("smartflow: SMARTFLOW_URLS");
        run.Errors.Trim().ShouldNotContain("\n");
    }

    [Fact]
    public async Task A_fresh_folder_is_migrated_by_command_and_twice_is_fine()
    {
        foreach (var _ in new[] { 1, 2 })
        {
            var run = await RunAsync("migrate");
            run.Code.ShouldBe(0, run.Errors);
            run.Output.ShouldContain("userauth: up to date");
        }
    }

    [Fact]
    public async Task A_command_that_only_reads_leaves_no_trace_in_an_empty_folder()
    {
        var run = await RunAsync("outbox", "list");
        run.Code.ShouldBe(0, run.Errors);
        run.Output.ShouldContain("not migrated yet");
        Directory.GetFileSystemEntries(folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_command_is_refused_with_the_help()
    {
        var run = await RunAsync("sedd");
        run.Code.ShouldBe(1);
        (run.Output + run.Errors).ShouldContain("seed");
    }

    private async Task<(int Code, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath is { } dotnet && Path.GetFileName(dotnet) == "dotnet" ? dotnet : "dotnet"
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(AppContext.BaseDirectory, "smartflow.dll") },
            Environment =
            {
                ["SMARTFLOW_DATA"] = folder,
                ["SMARTFLOW_URLS"] = "",
                ["ASPNETCORE_ENVIRONMENT"] = "Production",
            },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await errors);
    }
}
