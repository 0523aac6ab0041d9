using System.Globalization;
using Microsoft.Data.Sqlite;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Backup;

/// <summary>The files of the data folder, copied by SQLite's own online back-up.</summary>
internal sealed class SqliteBackupStore(IEnumerable<IModuleDatabase> databases, DataFolder folder, TimeProvider time)
    : IBackupStore
{
    public string Kind => "sqlite";

    public async Task<BackupCopy> CopyAsync(string target, CancellationToken cancellationToken)
    {
        var names = databases.Select(d => d.Name).Where(n => File.Exists(Source(n))).ToArray();
        if (names.Length == 0)
            throw new SetupException($"There is no database in {folder.Path}: nothing to back up.");
        using var cut = await SqliteCut.TakeAsync([.. names.Select(Source)], time, cancellationToken);
        var modules = new List<BackupModule>();
        foreach (var (name, reader) in names.Zip(cut.Readers))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Copy(reader, Path.Combine(target, name + ".db"));
            modules.Add(new BackupModule(name, Migrations(reader), [], []));
        }
        return new BackupCopy(cut.TakenAt, modules);
    }

    public Task<string?> MakeRoomAsync(bool force, CancellationToken cancellationToken)
    {
        var there = databases
            .SelectMany(d => new[] { "", "-wal", "-shm" }.Select(end => Source(d.Name) + end))
            .Where(File.Exists)
            .ToArray();
        if (there.Length == 0)
            return Task.FromResult<string?>(null);
        if (!force)
            throw new SetupException(
                $"{folder.Path} holds data already. With --force it is put aside, into a folder beside what is restored."
            );
        var aside = folder.File(
            "before-restore-" + time.GetUtcNow().ToString("yyyyMMdd-HHmmss-fff", CultureInfo.InvariantCulture)
        );
        DataFolder.CreateOwn(aside);
        foreach (var file in there.Concat(folder.Keys().ToArray()))
            File.Move(file, Path.Combine(aside, Path.GetFileName(file)));
        return Task.FromResult<string?>(aside);
    }

    public async Task LoadAsync(string from, BackupManifest manifest, CancellationToken cancellationToken)
    {
        foreach (var module in manifest.Modules)
        {
            await using var source = File.OpenRead(Path.Combine(from, module.Name + ".db"));
            await using var file = DataFolder.OpenOwn(Source(module.Name), FileMode.CreateNew, FileShare.None);
            await source.CopyToAsync(file, cancellationToken);
            file.Flush(flushToDisk: true);
        }
    }

    private string Source(string name) => folder.File(name + ".db");

    private static void Copy(SqliteConnection reader, string path)
    {
        DataFolder.OpenOwn(path, FileMode.CreateNew, FileShare.None).Dispose();
        using var copy = new SqliteConnection(SqliteFiles.ConnectionString(path, pooling: false));
        copy.Open();
        reader.BackupDatabase(copy);
    }

    private static List<string> Migrations(SqliteConnection reader)
    {
        var applied = new List<string>();
        using var command = reader.CreateCommand();
        command.CommandText = "SELECT MigrationId FROM __migrations ORDER BY MigrationId";
        using var rows = command.ExecuteReader();
        while (rows.Read())
            applied.Add(rows.GetString(0));
        return applied;
    }
}
