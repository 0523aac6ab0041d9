using Microsoft.Extensions.Options;

namespace SmartFlow.Platform.Data;

/// <summary>
/// The data folder and, while this process runs, its exclusive lock: whoever holds it knows that every other owner
/// of journal rows in it is dead.
/// </summary>
public sealed class DataFolder(IOptions<DataOptions> options) : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private FileStream? lockFile;

    public string Path { get; } = System.IO.Path.GetFullPath(options.Value.Folder);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Creates the folder and takes the lock.</summary>
    /// <exception cref="InvalidOperationException">Another process holds it.</exception>
    public void Lock()
    {
        if (lockFile is not null) return;
        Directory.CreateDirectory(Path);
        try
        {
            lockFile = new FileStream(File("smartflow.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException(
                $"The data folder {Path} is in use by another smartflow process. Stop it, or set SMARTFLOW_DATA to another folder.");
        }
    }

    /// <summary>A secret of this installation, made at first use, readable by its owner alone.</summary>
    public byte[] Secret(string name, int bytes)
    {
        Directory.CreateDirectory(Path);
        var path = File(name);
        if (!System.IO.File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            using var file = new FileStream(path, options);
            file.Write(System.Security.Cryptography.RandomNumberGenerator.GetBytes(bytes));
            file.Flush(flushToDisk: true);
        }
        var secret = System.IO.File.ReadAllBytes(path);
        return secret.Length == bytes
            ? secret
            : throw new InvalidOperationException($"{path} should hold {bytes} bytes and holds {secret.Length}.");
    }

    public void Dispose() => lockFile?.Dispose();
}
