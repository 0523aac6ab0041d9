using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests;

/// <summary>
/// Data folders as the program leaves them after its migrations and before anything else: migrated once in a run of the
/// tests and copied from then on. A folder that a program has to make by itself comes from
/// <see cref="TestFolders.New"/>.
/// </summary>
internal static class MigratedFolder
{
    private static readonly Lazy<Task<string>> Template = new(MakeAsync);

    public static async Task<string> NewAsync()
    {
        var folder = TestFolders.New();
        await FillAsync(folder);
        return folder;
    }

    /// <param name="folder">Empty.</param>
    public static async Task FillAsync(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(await Template.Value, "*.db"))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
    }

    private static async Task<string> MakeAsync()
    {
        var folder = TestFolders.New();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => TestFolders.Delete(folder);
        var (app, _, _, _) = SmartFlowApp.Build(s => s.DataFolder = folder);
        await using (app)
            foreach (var database in app.Services.GetServices<IModuleDatabase>())
                await database.MigrateToAsync(null, CancellationToken.None);
        // The last connection of a database takes its log with it.
        SqliteConnection.ClearAllPools();
        if (Directory.GetFiles(folder, "*.db-wal") is { Length: > 0 } open)
            throw new InvalidOperationException($"{open[0]} is still open.");
        return folder;
    }
}
