using System.Runtime.Versioning;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests.Platform.Data;

/// <summary>What stands in the data folder is its owner's alone.</summary>
public sealed class DataFolderTests
{
    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnFolder = Own | UnixFileMode.UserExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    [Fact]
    public async Task A_folder_for_everybody_is_closed_with_everything_in_it()
    {
        if (OperatingSystem.IsWindows())
            return;
        var folder = TestFolders.New();
        File.SetUnixFileMode(folder, OwnFolder | Others);
        // As an earlier version left them.
        foreach (var name in new[] { "planner.db", "smartflow.lock" })
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, name), []);
            File.SetUnixFileMode(Path.Combine(folder, name), Own | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
        await using (var app = await SmartFlowApp.StartAsync(s => s.DataFolder = folder))
        {
            await app.SignUpAsync();
            var names = Directory.GetFiles(folder).Select(f => Path.GetFileName(f)!).ToArray();
            foreach (
                var name in new[]
                {
                    "signing.key",
                    "smartflow.lock",
                    "tokenstore.db",
                    "userauth.db-wal",
                    "userauth.db-shm",
                    "planner.db-wal",
                }
            )
                names.ShouldContain(name);
            Wide(folder).ShouldBeEmpty();
        }
        Wide(folder).ShouldBeEmpty();
        TestFolders.Delete(folder);
    }

    [Fact]
    public void A_new_folder_is_closed_and_one_for_everybodys_files_stays_open()
    {
        if (OperatingSystem.IsWindows())
            return;
        var outer = TestFolders.New();
        File.SetUnixFileMode(outer, OwnFolder | Others);
        using (var made = Open(Path.Combine(outer, "a", "b")))
            made.Lock();
        Wide(Path.Combine(outer, "a", "b")).ShouldBeEmpty();
        File.SetUnixFileMode(outer, OwnFolder | Others | UnixFileMode.StickyBit);
        using (var shared = Open(outer))
            shared.Lock();
        File.GetUnixFileMode(outer).ShouldBe(OwnFolder | Others | UnixFileMode.StickyBit);
        File.GetUnixFileMode(Path.Combine(outer, "smartflow.lock")).ShouldBe(Own);
        TestFolders.Delete(outer);
    }

    private static DataFolder Open(string path) => new(Options.Create(new DataOptions { Folder = path }));

    [UnsupportedOSPlatform("windows")]
    private static IEnumerable<string> Wide(string folder) =>
        Directory
            .GetFiles(folder)
            .Where(f => !f.EndsWith("-journal", StringComparison.Ordinal) && File.GetUnixFileMode(f) != Own)
            .Concat(File.GetUnixFileMode(folder) == OwnFolder ? [] : [folder]);
}
