using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Backup;

/// <summary>All databases of one kind, as they were at one moment.</summary>
internal interface IBackupStore
{
    /// <summary>sqlite or postgres.</summary>
    string Kind { get; }

    /// <summary>
    /// Writes every module's database into the folder; all of them as of one moment, which nothing that is committed
    /// overlaps.
    /// </summary>
    Task<BackupCopy> CopyAsync(string folder, CancellationToken cancellationToken);

    /// <summary>
    /// Makes room: refuses while another process runs, and where there is data already, unless it may be put aside.
    /// </summary>
    /// <returns>Where the data of before is now; null: there was none.</returns>
    /// <exception cref="SetupException">It is refused.</exception>
    Task<string?> MakeRoomAsync(bool force, CancellationToken cancellationToken);

    /// <summary>Loads what <see cref="CopyAsync"/> wrote.</summary>
    Task LoadAsync(string folder, BackupManifest manifest, CancellationToken cancellationToken);
}

/// <param name="TakenAt">The moment.</param>
internal sealed record BackupCopy(DateTimeOffset TakenAt, IReadOnlyList<BackupModule> Modules);
