using System.Runtime.Versioning;
using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Data;

/// <summary>
/// The data folder and, while this process runs, its exclusive lock: whoever holds it knows that every other owner of
/// journal rows in it is dead. What is in it is its owner's alone on Unix: folder 0700, files 0600, also those of
/// earlier versions.
/// </summary>
public sealed class DataFolder(IOptions<DataOptions> options) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnerOnlyFolder = OwnerOnly | UnixFileMode.UserExecute;
    private const string LockName = "smartflow.lock";
    private const string RestoringName = "restore.unfinished";

    /// <summary>
    /// What stands in the folder is ours by these names; SQLite makes -wal and -shm with the rights of their database.
    /// </summary>
    private static readonly string[] Ours = [LockName, "*.db", "*.db-wal", "*.db-shm", "*.key"];
    private FileStream? lockFile;

    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.Folder);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>
    /// Where a database is, made empty if there is none, so that SQLite does not make it for everybody to read.
    /// </summary>
    public string Database(string name)
    {
        Create();
        var path = File(name);
        if (!System.IO.File.Exists(path))
            OpenOwn(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
        return path;
    }

    /// <summary>Creates the folder, takes the lock and takes from others what they may read of it.</summary>
    /// <param name="restores">For a restore, which may find what an earlier one left unfinished; everybody else may
    /// not.</param>
    /// <exception cref="InvalidOperationException">Another process holds it, or a restore was broken off.</exception>
    public void Lock(bool restores = false)
    {
        if (!restores && System.IO.File.Exists(File(RestoringName)))
            throw new InvalidOperationException(
                $"A restore into {Path} was broken off: what is there is not whole. Run smartflow restore again, with --force."
            );
        if (lockFile is not null)
            return;
        Create();
        try
        {
            lockFile = OpenOwn(File(LockName), FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException(
                $"The data folder {Path} is in use by another smartflow process. Stop it, or set SMARTFLOW_DATA to another folder."
            );
        }
        if (!OperatingSystem.IsWindows())
            Narrow();
    }

    /// <summary>
    /// From here until <see cref="EndRestoring"/> nothing else starts in this folder, whatever becomes of this process.
    /// </summary>
    internal void BeginRestoring() => OpenOwn(File(RestoringName), FileMode.OpenOrCreate, FileShare.None).Dispose();

    internal void EndRestoring() => System.IO.File.Delete(File(RestoringName));

    /// <summary>The files of <see cref="Secret"/>.</summary>
    internal IEnumerable<string> Keys() => Directory.Exists(Path) ? Directory.EnumerateFiles(Path, "*.key") : [];

    /// <summary>A secret of this installation, made at first use, readable by its owner alone.</summary>
    public byte[] Secret(string name, int bytes)
    {
        Create();
        var path = File(name);
        if (!System.IO.File.Exists(path))
        {
            using var file = OpenOwn(path, FileMode.CreateNew, FileShare.None);
            file.Write(System.Security.Cryptography.RandomNumberGenerator.GetBytes(bytes));
            file.Flush(flushToDisk: true);
        }
        var secret = System.IO.File.ReadAllBytes(path);
        return secret.Length == bytes
            ? secret
            : throw new InvalidOperationException($"{path} should hold {bytes} bytes and holds {secret.Length}.");
    }

    public void Dispose() => lockFile?.Dispose();

    /// <summary>Makes a folder that is its owner's alone.</summary>
    internal static void CreateOwn(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnlyFolder);
    }

    private void Create() => CreateOwn(Path);

    /// <summary>Opens a file; one that is made is its owner's alone.</summary>
    internal static FileStream OpenOwn(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = share,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }

    [UnsupportedOSPlatform("windows")]
    private void Narrow()
    {
        // One for everybody, such as /tmp, stays it.
        if (!System.IO.File.GetUnixFileMode(Path).HasFlag(UnixFileMode.StickyBit))
            Narrow(Path, OwnerOnlyFolder);
        foreach (var file in Ours.SelectMany(p => Directory.EnumerateFiles(Path, p)))
            Narrow(file, OwnerOnly);
    }

    [UnsupportedOSPlatform("windows")]
    private static void Narrow(string path, UnixFileMode mode)
    {
        if (System.IO.File.GetUnixFileMode(path) == mode)
            return;
        try
        {
            System.IO.File.SetUnixFileMode(path, mode);
        }
        catch (UnauthorizedAccessException)
        {
            // Another's, as the root of a mounted volume is: what we make in it is closed all the same.
        }
    }
}
