using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Backup;

/// <summary>
/// <c>smartflow restore FOLDER [--force]</c>: checks a back-up, loads it where nothing runs and nothing is, migrates it
/// to this program and lets every module put right what the time since has made wrong.
/// </summary>
internal sealed class RestoreCommand(
    IBackupStore store,
    DataFolder data,
    IEnumerable<IModuleDatabase> databases,
    IEnumerable<IRestoreStep> steps
) : ICommand
{
    private const string Force = "--force";

    public string Name => "restore";

    public string Usage =>
        $"<folder> [{Force}]: loads a back-up into an empty installation; with {Force} what is there is put aside";

    /// <summary>It does, but takes the lock and migrates by itself.</summary>
    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (arguments is not ([{ Length: > 0 }] or [{ Length: > 0 }, Force]) || arguments[0].StartsWith('-'))
        {
            await output.WriteLineAsync($"smartflow restore {Usage}");
            return 2;
        }
        var folder = Path.GetFullPath(arguments[0]);
        var manifest = await BackupManifest.OpenAsync(folder, cancellationToken);
        await CheckAsync(manifest, cancellationToken);
        Lock();
        if (await store.MakeRoomAsync(arguments.Count > 1, cancellationToken) is { } aside)
            await output.WriteLineAsync($"what was there is kept: {aside}");
        data.BeginRestoring();
        await LoadKeysAsync(folder, manifest, cancellationToken);
        await store.LoadAsync(folder, manifest, cancellationToken);
        foreach (var database in databases)
            await database.MigrateAsync(cancellationToken);
        foreach (var step in steps.OrderBy(s => s.Order))
            await output.WriteLineAsync(await step.RunAsync(cancellationToken));
        data.EndRestoring();
        await output.WriteLineAsync(
            $"restored as of {manifest.MadeAt:u}; what happened since is not in it. Now: smartflow reconcile"
        );
        return 0;
    }

    private async Task CheckAsync(BackupManifest manifest, CancellationToken cancellationToken)
    {
        if (manifest.Database != store.Kind)
            throw new SetupException(
                $"The back-up was made on {manifest.Database}, and this installation is on {store.Kind}: set or leave out Data__ConnectionString."
            );
        foreach (var module in manifest.Modules)
        {
            if (databases.FirstOrDefault(d => d.Name == module.Name) is not { } database)
                throw new SetupException(
                    $"The back-up holds the module {module.Name}, which does not run here: leave --modules out, or use the program that made it ({manifest.Program})."
                );
            await using var db = await database.OpenAsync(cancellationToken);
            var known = db.Database.GetMigrations().ToArray();
            if (
                module.Migrations.Count == 0
                || module.Migrations.Except(known).Any()
                || (
                    manifest.Database == "postgres"
                    && !module.Migrations.SequenceEqual(known.Take(module.Migrations.Count))
                )
            )
                throw new SetupException(
                    $"The back-up's {module.Name} is of a version that this program does not know ({manifest.Program}): restore it with that one."
                );
        }
    }

    private void Lock()
    {
        try
        {
            data.Lock(restores: true);
        }
        catch (InvalidOperationException taken)
        {
            throw new SetupException(taken.Message, taken);
        }
    }

    private async Task LoadKeysAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var key in manifest.Files.Where(f => f.Name.EndsWith(".key", StringComparison.Ordinal)))
        {
            await using var source = File.OpenRead(Path.Combine(folder, key.Name));
            await using var file = DataFolder.OpenOwn(data.File(key.Name), FileMode.Create, FileShare.None);
            await source.CopyToAsync(file, cancellationToken);
            file.Flush(flushToDisk: true);
        }
    }
}
