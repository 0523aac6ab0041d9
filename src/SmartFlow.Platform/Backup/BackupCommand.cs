using Microsoft.Extensions.Configuration;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Backup;

/// <summary>
/// <c>smartflow backup FOLDER</c>: all modules as they are at one moment, beside whatever runs. The folder gets its
/// name once the back-up is whole and on the disk; it holds the installation's keys and is its owner's alone.
/// </summary>
internal sealed class BackupCommand(IBackupStore store, DataFolder data, IConfiguration configuration) : ICommand
{
    private const string Partial = ".partial";

    public string Name => "backup";

    public string Usage => "<folder>: a back-up of all modules as they are at one moment, also beside a running host";

    /// <summary>It needs no lock: what it reads stands still for it.</summary>
    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (arguments is not [{ Length: > 0 } given] || given.StartsWith('-'))
        {
            await output.WriteLineAsync($"smartflow backup {Usage}");
            return 2;
        }
        if (!string.IsNullOrEmpty(configuration["modules"]))
            throw new SetupException(
                "A back-up is of all modules, or they do not fit each other: leave --modules out."
            );
        var target = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        if (File.Exists(target) || Directory.Exists(target))
            throw new SetupException($"{target} is there already: name a new folder.");
        var manifest = await MakeAsync(target + Partial, cancellationToken);
        Directory.Move(target + Partial, target);
        await output.WriteLineAsync(
            $"{target}: {manifest.Modules.Count} modules as of {manifest.MadeAt:u}, {manifest.Files.Count} files, {manifest.Files.Sum(f => f.Bytes):N0} bytes"
        );
        return 0;
    }

    private async Task<BackupManifest> MakeAsync(string folder, CancellationToken cancellationToken)
    {
        // Of an earlier try that was broken off.
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        DataFolder.CreateOwn(folder);
        var copy = await store.CopyAsync(folder, cancellationToken);
        foreach (var key in data.Keys())
        {
            await using var source = File.OpenRead(key);
            await using var file = DataFolder.OpenOwn(
                Path.Combine(folder, Path.GetFileName(key)),
                FileMode.CreateNew,
                FileShare.None
            );
            await source.CopyToAsync(file, cancellationToken);
        }
        return await BackupManifest.CloseAsync(folder, copy.TakenAt, store.Kind, copy.Modules, cancellationToken);
    }
}
