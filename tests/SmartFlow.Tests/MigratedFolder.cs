using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests;

/// <summary>
/// What a start finds that has every migration behind it and nothing else: made once by the program, copied into the folder of most
/// hosts, because eleven databases with all their migrations are most of a start's work.
/// </summary>
internal static class MigratedFolder
{
    private static readonly Lazy<Task<IReadOnlyList<(string Name, byte[] Content)>>> Files = new(MakeAsync);

    public static async Task CopyIntoAsync(string folder)
    {
        foreach (var (name, content) in await Files.Value) await File.WriteAllBytesAsync(Path.Combine(folder, name), content);
    }

    private static async Task<IReadOnlyList<(string Name, byte[] Content)>> MakeAsync()
    {
        var (app, _, folder, _) = SmartFlowApp.Build(_ => { });
        await using (app)
            foreach (var database in app.Services.GetServices<IModuleDatabase>())
                await database.MigrateToAsync(null, default);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var files = Directory.GetFiles(folder, "*.db").Select(path => (Path.GetFileName(path), File.ReadAllBytes(path))).ToList();
        TestFolders.Delete(folder);
        return files;
    }
}
