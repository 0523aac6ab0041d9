using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;
using SmartFlow.Tests.Llm.Calls;
using SmartFlow.TokenStore;

namespace SmartFlow.Tests.Platform.Backup;

/// <summary>What a back-up holds, what a restore puts right, and what it refuses.</summary>
public sealed class BackupTests(PostgresServer postgres) : IDisposable
{
    private readonly string root = TestFolders.New();

    public void Dispose() => TestFolders.Delete(root);

    private string Backup => Path.Combine(root, "backup");

    private string Restored => Path.Combine(root, "restored");

    [Fact]
    public async Task A_restore_ends_sessions_raises_the_epoch_and_passes_over_numbers_of_users()
    {
        await using (var app = await StartAsync())
        {
            await app.SignUpAsync();
            (await BackUpAsync(app.DataFolder)).ShouldContain("modules as of");
        }
        (await RestoreAsync()).ShouldContain("1 sessions ended");

        await using var again = await SmartFlowApp.StartAsync(s => s.DataFolder = Restored);
        var mei = await again.SignInAsync("mei");
        (await mei.GetAsync("/api/v1/auth/sessions")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
        (await again.SignUpAsync("ben")).Id.ShouldBeGreaterThan(mei.Id + 1_000_000);
        await using var db = (TokenStoreDb)
            await again.Services.GetServices<IModuleDatabase>().Single(d => d.Name == "tokenstore").OpenAsync(default);
        (await db.Epochs.SingleAsync()).Epoch.ShouldBeGreaterThan(1_700_000_000);
    }

    [Fact]
    public async Task Its_files_are_its_owners_alone_and_hold_the_keys()
    {
        await using (var app = await StartAsync())
            await BackUpAsync(app.DataFolder);
        var files = Directory.GetFiles(Backup).Select(Path.GetFileName).ToArray();
        files.ShouldContain("signing.key");
        files.ShouldContain("manifest.json");
        files.ShouldContain("llm.db");
        if (OperatingSystem.IsWindows())
            return;
        File.GetUnixFileMode(Backup)
            .ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        foreach (var file in Directory.GetFiles(Backup))
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, file);
    }

    /// <summary>
    /// As where it was with a broker at that moment: the ledger of a moment before beside the journal of a moment
    /// after.
    /// </summary>
    [Fact]
    public async Task A_charge_that_the_ledger_lacks_is_due_again()
    {
        await using (var f = await CallFixture.StartAsync(s => s.DataFolder = Path.Combine(root, "data")))
        {
            await f.CallAsync("before");
            await f.SettledAsync();
            await BackUpAsync(f.App.DataFolder, Path.Combine(root, "earlier"));
            await f.CallAsync("between");
            await f.SettledAsync();
            await using (
                var llm = await f
                    .App.Services.GetServices<IModuleDatabase>()
                    .Single(d => d.Name == "llm")
                    .OpenAsync(default)
            )
                await Eventually.IsTrueAsync(async () => !await llm.Outbox.AnyAsync(), "its event has left the outbox");
            await BackUpAsync(f.App.DataFolder);
        }
        File.Copy(
            Path.Combine(root, "earlier", "tokenstore.db"),
            Path.Combine(Backup, "tokenstore.db"),
            overwrite: true
        );
        Change(m =>
            m["files"] = new JsonArray([
                .. m["files"]!
                    .AsArray()
                    .Select(f =>
                        f!["name"]!.GetValue<string>() == "tokenstore.db" ? Described("tokenstore.db") : f.DeepClone()
                    ),
            ])
        );

        (await RestoreAsync()).Split('\n').ShouldContain("llm: 1 charges that the ledger lacks are due again");
        var app = await SmartFlowApp.StartAsync(s => s.DataFolder = Restored);
        await using var again = new CallFixture(app, await FakeProvider.StartAsync(), await app.SignInAsync("mei"));
        await again.SettledAsync();
        (await again.User.GetAsync("/api/v1/credit-store/transactions?source=charge"))
            .Json.GetProperty("items")
            .EnumerateArray()
            .Select(t => t.GetProperty("event_id").GetString())
            .ShouldBe(["between", "before"]);
    }

    [Fact]
    public async Task A_back_up_that_is_not_as_it_was_made_is_refused()
    {
        await using (var app = await StartAsync())
            await BackUpAsync(app.DataFolder);
        await RefusedAsync("is no back-up", folder: root);
        var whole = await File.ReadAllTextAsync(Manifest);
        Change(m => m["format"] = 2);
        await RefusedAsync("of form 2");
        await File.WriteAllTextAsync(Manifest, "{");
        await RefusedAsync("cannot be read");
        await File.WriteAllTextAsync(Manifest, whole.Replace("\"sqlite\"", "\"postgres\"", StringComparison.Ordinal));
        await RefusedAsync("was made on postgres");
        await File.WriteAllTextAsync(Manifest, whole.Replace("\"llm\"", "\"llama\"", StringComparison.Ordinal));
        await RefusedAsync("holds the module llama");
        await File.WriteAllTextAsync(Manifest, whole.Replace("_AddEpoch", "_KnowTheFuture", StringComparison.Ordinal));
        await RefusedAsync("of a version that this program does not know");
        await File.WriteAllTextAsync(Manifest, whole.Replace("\"llm.db\"", "\"../llm.db\"", StringComparison.Ordinal));
        await RefusedAsync("outside its folder");
        await File.WriteAllTextAsync(Manifest, whole);
        var ledger = Path.Combine(Backup, "tokenstore.db");
        var bytes = await File.ReadAllBytesAsync(ledger);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(ledger, bytes);
        await RefusedAsync("sha-256");
        File.Delete(ledger);
        await RefusedAsync("is missing");
        Directory.Exists(Restored).ShouldBeFalse();
    }

    [Fact]
    public async Task A_restore_refuses_a_running_program_and_data_unless_it_may_put_it_aside()
    {
        await using (var app = await StartAsync())
        {
            await app.SignUpAsync();
            await BackUpAsync(app.DataFolder);
            await RefusedAsync("in use by another smartflow process", into: app.DataFolder);
        }
        await RestoreAsync();
        await RefusedAsync("holds data already");
        (await RestoreAsync("--force")).ShouldContain("what was there is kept");
        File.Exists(Path.Combine(Directory.GetDirectories(Restored, "before-restore-*").Single(), "tokenstore.db"))
            .ShouldBeTrue();
        await using var again = await SmartFlowApp.StartAsync(s => s.DataFolder = Restored);
        await again.SignInAsync("mei");
    }

    [Fact]
    public async Task On_PostgreSQL_open_connections_are_refused_and_schemas_put_aside()
    {
        (string, string)[] there = [("Data:ConnectionString", await postgres.NewDatabaseAsync())];
        await using (
            var app = await SmartFlowApp.StartAsync(s =>
                (s.DataFolder, s.Settings["Data:ConnectionString"]) = (Path.Combine(root, "data"), there[0].Item2)
            )
        )
        {
            await app.SignUpAsync();
            await RunAsync("backup", app.DataFolder, [Backup], there);
            (
                await Should.ThrowAsync<SetupException>(() => RunAsync("restore", Restored, [Backup], there))
            ).Message.ShouldContain("other connections to the database are open");
        }
        (
            await Should.ThrowAsync<SetupException>(() => RunAsync("restore", Restored, [Backup], there))
        ).Message.ShouldContain("holds data already");
        (await RunAsync("restore", Restored, [Backup, "--force"], there)).ShouldContain(
            "what was there is kept: schemas *_before_"
        );
        await using var again = await SmartFlowApp.StartAsync(s =>
            (s.DataFolder, s.Settings["Data:ConnectionString"]) = (Restored, there[0].Item2)
        );
        var mei = await again.SignInAsync("mei");
        (await again.SignUpAsync("ben")).Id.ShouldBeGreaterThan(mei.Id + 1_000_000);
    }

    [Fact]
    public async Task After_a_restore_that_was_broken_off_nothing_starts_until_it_is_done()
    {
        await using (var app = await StartAsync())
            await BackUpAsync(app.DataFolder);
        Directory.CreateDirectory(Restored);
        await File.WriteAllTextAsync(Path.Combine(Restored, "restore.unfinished"), "");
        var start = await Should.ThrowAsync<SetupException>(() =>
            SmartFlowApp.StartAsync(s => s.DataFolder = Restored)
        );
        start.Message.ShouldContain("was broken off");
        await RestoreAsync();
        await using var again = await SmartFlowApp.StartAsync(s => s.DataFolder = Restored);
    }

    [Fact]
    public async Task A_back_up_is_of_all_modules_into_a_new_folder()
    {
        await using var app = await StartAsync();
        (await Should.ThrowAsync<SetupException>(() => BackUpAsync(app.DataFolder, root))).Message.ShouldContain(
            "is there already"
        );
        (
            await Should.ThrowAsync<SetupException>(() =>
                RunAsync("backup", app.DataFolder, [Backup], ("modules", "tokenstore"))
            )
        ).Message.ShouldContain("leave --modules out");
        (
            await Should.ThrowAsync<SetupException>(() => BackUpAsync(Path.Combine(root, "nothing")))
        ).Message.ShouldContain("nothing to back up");
        await BackUpAsync(app.DataFolder);
        Directory.GetFileSystemEntries(root, "*.partial").ShouldBeEmpty();
    }

    private Task<SmartFlowApp> StartAsync() => SmartFlowApp.StartAsync(s => s.DataFolder = Path.Combine(root, "data"));

    private Task<string> BackUpAsync(string data, string? to = null) => RunAsync("backup", data, [to ?? Backup]);

    private Task<string> RestoreAsync(params string[] more) => RunAsync("restore", Restored, [Backup, .. more]);

    private async Task RefusedAsync(string because, string? folder = null, string? into = null) =>
        (
            await Should.ThrowAsync<SetupException>(() => RunAsync("restore", into ?? Restored, [folder ?? Backup]))
        ).Message.ShouldContain(because);

    /// <summary>As the command line would, in this process.</summary>
    private static async Task<string> RunAsync(
        string name,
        string data,
        string[] arguments,
        params (string Name, string Value)[] settings
    )
    {
        var (app, _, _, _) = SmartFlowApp.Build(s =>
        {
            s.DataFolder = data;
            foreach (var (setting, value) in settings)
                s.Settings[setting] = value;
        });
        await using (app)
        {
            var output = new StringWriter();
            var code = await app
                .Services.GetServices<ICommand>()
                .Single(c => c.Name == name)
                .RunAsync(arguments, output, default);
            code.ShouldBe(0, output.ToString());
            return output.ToString();
        }
    }

    private string Manifest => Path.Combine(Backup, "manifest.json");

    private void Change(Action<JsonObject> change)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(Manifest))!.AsObject();
        change(manifest);
        File.WriteAllText(Manifest, manifest.ToJsonString());
    }

    private JsonObject Described(string name)
    {
        var bytes = File.ReadAllBytes(Path.Combine(Backup, name));
        var sum = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes));
        return new JsonObject
        {
            ["name"] = name,
            ["bytes"] = bytes.Length,
            ["sha256"] = sum,
        };
    }
}
