namespace SmartFlow.Tests;

/// <summary>Files under tests/fixtures.</summary>
internal static class Fixtures
{
    public static string Folder(string name) => Path.Combine(Repository.Root, "tests", "fixtures", name);
}
