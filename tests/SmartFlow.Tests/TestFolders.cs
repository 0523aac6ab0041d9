namespace SmartFlow.Tests;

/// <summary>Folders of single tests below the system's temporary folder.</summary>
internal static class TestFolders
{
    public static string New() => Directory.CreateTempSubdirectory("smartflow-test-").FullName;

    public static void Delete(string folder)
    {
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }
}
