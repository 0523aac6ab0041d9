namespace SmartFlow.Tests;

/// <summary>Files under tests/fixtures, found from the source tree.</summary>
internal static class Fixtures
{
    public static string Folder(string name) => Path.Combine(Root, "tests", "fixtures", name);

    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = FindRoot();

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SmartFlow.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside the source tree.");
        return folder;
    }
}
