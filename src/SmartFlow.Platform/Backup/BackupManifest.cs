using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Backup;

/// <summary>What a back-up is and holds; written last, so that a folder without it is no back-up.</summary>
/// <param name="Format">1.</param>
/// <param name="Program">The version that made it.</param>
/// <param name="MadeAt">When its databases were all as they are in it.</param>
/// <param name="Database">sqlite or postgres: neither is restored into the other.</param>
internal sealed record BackupManifest(
    int Format,
    string Program,
    DateTimeOffset MadeAt,
    string Database,
    IReadOnlyList<BackupModule> Modules,
    IReadOnlyList<BackupFile> Files
)
{
    public const int KnownFormat = 1;
    private const string FileName = "manifest.json";
    private const int MaxBytes = 4 * 1_024 * 1_024;
    private static readonly JsonSerializerOptions Json = new(WebJson.Options) { WriteIndented = true };

    public static string ThisProgram { get; } =
        typeof(BackupManifest)
            .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
            ?.InformationalVersion
        ?? "unknown";

    /// <summary>Describes every file of the folder, and closes it with the manifest, all of it on the disk.</summary>
    public static async Task<BackupManifest> CloseAsync(
        string folder,
        DateTimeOffset madeAt,
        string database,
        IReadOnlyList<BackupModule> modules,
        CancellationToken cancellationToken
    )
    {
        var files = new List<BackupFile>();
        foreach (var path in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
            files.Add(new BackupFile(Path.GetFileName(path), file.Length, await SumAsync(file, cancellationToken)));
            file.Flush(flushToDisk: true);
        }
        var manifest = new BackupManifest(KnownFormat, ThisProgram, madeAt, database, modules, files);
        await using var own = DataFolder.OpenOwn(Path.Combine(folder, FileName), FileMode.CreateNew, FileShare.None);
        await JsonSerializer.SerializeAsync(own, manifest, Json, cancellationToken);
        own.Flush(flushToDisk: true);
        return manifest;
    }

    /// <summary>Reads a back-up and looks at every byte of it.</summary>
    /// <exception cref="SetupException">It is none, of a later form, or not as it was made.</exception>
    public static async Task<BackupManifest> OpenAsync(string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new SetupException($"{folder} is no back-up: it has no {FileName}.");
        if (new FileInfo(path).Length > MaxBytes)
            throw new SetupException($"{path} is too large for a manifest.");
        var manifest = Parse(path, await File.ReadAllBytesAsync(path, cancellationToken));
        foreach (var file in manifest.Files)
            await CheckAsync(folder, file, cancellationToken);
        return manifest;
    }

    private static BackupManifest Parse(string path, byte[] text)
    {
        try
        {
            using var parsed = JsonDocument.Parse(text);
            if (parsed.RootElement.GetProperty("format").GetInt32() is var format && format != KnownFormat)
                throw new SetupException(
                    $"{path}: a back-up of form {format}; this program knows {KnownFormat}. Restore with the program that made it."
                );
            return parsed.RootElement.Deserialize<BackupManifest>(Json)!;
        }
        catch (Exception e)
            when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SetupException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private static async Task CheckAsync(string folder, BackupFile listed, CancellationToken cancellationToken)
    {
        if (Path.GetFileName(listed.Name) != listed.Name)
            throw new SetupException($"The manifest names a file outside its folder: {listed.Name}.");
        var path = Path.Combine(folder, listed.Name);
        if (!File.Exists(path))
            throw new SetupException($"{path} is missing: the back-up is not whole.");
        await using var file = File.OpenRead(path);
        if (file.Length != listed.Bytes || await SumAsync(file, cancellationToken) != listed.Sha256)
            throw new SetupException($"{path} is not as it was made (sha-256): do not use this back-up.");
    }

    private static async Task<string> SumAsync(Stream file, CancellationToken cancellationToken) =>
        Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
}

/// <param name="Migrations">Those that were applied, in order.</param>
/// <param name="Tables">On PostgreSQL, in the order in which they are loaded; on SQLite the module is one file.</param>
/// <param name="Sequences">On PostgreSQL: how far they had counted.</param>
internal sealed record BackupModule(
    string Name,
    IReadOnlyList<string> Migrations,
    IReadOnlyList<BackupTable> Tables,
    IReadOnlyList<BackupSequence> Sequences
);

internal sealed record BackupTable(string Name, IReadOnlyList<string> Columns);

internal sealed record BackupSequence(string Name, long Value);

internal sealed record BackupFile(string Name, long Bytes, string Sha256);
