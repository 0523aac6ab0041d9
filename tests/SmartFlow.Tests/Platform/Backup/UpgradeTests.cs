using System.Formats.Tar;
using System.IO.Compression;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Reconcile;

namespace SmartFlow.Tests.Platform.Backup;

/// <summary>
/// Back-ups of earlier versions with data in them (tests/fixtures/upgrade, renewed at each release): restored by this
/// program they are migrated, everything agrees, and their users go on.
/// </summary>
public sealed class UpgradeTests(PostgresServer postgres)
{
    public static TheoryData<string> Earlier { get; } =
    [
        .. Directory
            .GetFiles(Fixtures.Folder("upgrade"), "*.tar.gz")
            .Select(f => Path.GetFileName(f)[..^".tar.gz".Length]),
    ];

    [Fact]
    public void There_is_one_of_each_database() =>
        Earlier.Select(e => e.Data.Split('-')[^1]).Distinct().ShouldBe(["postgres", "sqlite"], ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Earlier))]
    public async Task An_earlier_version_s_data_is_migrated_and_agrees(string name)
    {
        var folder = TestFolders.New();
        await UnpackAsync(name, folder);
        var connection = name.EndsWith("-postgres", StringComparison.Ordinal) ? await postgres.NewDatabaseAsync() : "";
        void Configure(AppSetup setup)
        {
            setup.DataFolder = Path.Combine(folder, "data");
            setup.Settings["Data:ConnectionString"] = connection;
        }
        var (restoring, _, _, _) = SmartFlowApp.Build(Configure);
        await using (restoring)
        {
            var output = new StringWriter();
            var restore = restoring.Services.GetServices<ICommand>().Single(c => c.Name == "restore");
            (await restore.RunAsync([Path.Combine(folder, name)], output, default)).ShouldBe(0, output.ToString());
        }
        await using (var app = await SmartFlowApp.StartAsync(Configure))
        {
            (await app.Services.GetRequiredService<Reconciler>().RunAsync(default))
                .Checks.SelectMany(c => c.Differences)
                .ShouldBeEmpty();
            foreach (var user in new[] { "ada", "ben" })
            {
                var known = await app.SignInAsync(user, "a long enough password");
                var charges = (await known.GetAsync("/api/v1/credit-store/transactions?source=charge")).Json;
                charges.GetProperty("page").GetProperty("total").GetInt32().ShouldBe(5);
                (await known.GetAsync("/api/v1/credit-store/orders"))
                    .Json.GetProperty("page")
                    .GetProperty("total")
                    .GetInt32()
                    .ShouldBe(1);
                (await known.GetAsync("/api/v1/api-keys")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
                (await known.GetAsync("/api/v1/tasks")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
            }
        }
        TestFolders.Delete(folder);
    }

    private static async Task UnpackAsync(string name, string folder)
    {
        await using var file = File.OpenRead(Path.Combine(Fixtures.Folder("upgrade"), name + ".tar.gz"));
        await using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unpacked, folder, overwriteFiles: false);
    }
}
