using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Platform;
using SmartFlow.Platform.Commands;
using SmartFlow.Platform.Web;

namespace SmartFlow.Tests.Platform.Web;

/// <summary>
/// What a start refuses, and in which words. The program's own entry turns the explanation into exit code 2.
/// </summary>
public sealed class StartUpTests
{
    [Theory]
    [InlineData("Urls", "not an address", "SMARTFLOW_URLS")]
    [InlineData("UserAuth:MaxSessions", "0", "MaxSessions")]
    [InlineData("UserAuth:MaxSessions", "many", "UserAuth:MaxSessions")]
    [InlineData("Auth:SigningKey", "short", "Auth__SigningKey")]
    [InlineData("Web:TrustedProxies", "proxy.local", "Web__TrustedProxies")]
    [InlineData("modules", "gateway", "Remotes__UserAuth")]
    [InlineData("modules", "gatewy", "there is no module gatewy")]
    public async Task A_setting_that_cannot_work_stops_the_start_and_is_named(
        string setting,
        string value,
        string named
    )
    {
        var failure = await Should.ThrowAsync<Exception>(() =>
            SmartFlowApp.StartAsync(s => s.Settings[setting] = value)
        );
        SetupProblems.Explain(failure).ShouldNotBeNull(failure.ToString()).ShouldContain(named);
    }

    [Fact]
    public async Task What_could_not_be_made_is_the_reason_that_is_told() =>
        (
            await Should.ThrowAsync<SetupException>(() =>
                SmartFlowApp.StartAsync(s => s.Services = services => services.AddHostedService<Unmade>())
            )
        ).Message.ShouldBe("a setting is wrong");

    [Fact]
    public async Task Split_modules_need_a_signing_key_of_their_own()
    {
        var failure = await Should.ThrowAsync<SetupException>(() =>
            SmartFlowApp.StartAsync(s => s.Settings["modules"] = "userauth,tokenstore")
        );
        failure.Message.ShouldContain("Auth__SigningKey");
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            s.Settings["modules"] = "userauth,tokenstore";
            s.Settings["Auth:SigningKey"] = Convert.ToBase64String(new byte[32]);
        });
        await app.SignUpAsync();
    }

    [Fact]
    public async Task A_data_folder_belongs_to_one_process_at_a_time()
    {
        var first = await SmartFlowApp.StartAsync();
        var failure = await Should.ThrowAsync<SetupException>(() =>
            SmartFlowApp.StartAsync(s => s.DataFolder = first.DataFolder)
        );
        failure.Message.ShouldContain("SMARTFLOW_DATA");
        await first.DisposeAsync();
    }

    [Fact]
    public async Task An_address_that_is_taken_is_explained()
    {
        await using var first = await SmartFlowApp.StartAsync();
        var failure = await Should.ThrowAsync<IOException>(() =>
            SmartFlowApp.StartAsync(s => s.Settings["Urls"] = first.Url.ToString())
        );
        SetupProblems.Explain(failure).ShouldNotBeNull().ShouldContain("SMARTFLOW_URLS");
    }

    [Fact]
    public async Task Sessions_survive_a_restart()
    {
        var folder = TestFolders.New();
        string token;
        await using (var first = await SmartFlowApp.StartAsync(s => s.DataFolder = folder))
            token = (await first.SignUpAsync()).AccessToken;
        await using (var second = await SmartFlowApp.StartAsync(s => s.DataFolder = folder))
            (await second.Anonymous.FetchAsync("/api/v1/auth/me", ("Authorization", "Bearer " + token))).ShouldBe(
                System.Net.HttpStatusCode.OK
            );
        TestFolders.Delete(folder);
    }

    [Fact]
    public async Task Development_has_the_demo_user_and_production_refuses_it()
    {
        await using var development = await SmartFlowApp.StartAsync();
        await SeedCommand.SeedAsync(development.Services, "starter", default);
        await SeedCommand.SeedAsync(development.Services, "starter", default);
        await development.SignInAsync("demo", "demo-password");
        await using var production = await SmartFlowApp.StartAsync(s => s.Environment = "Production");
        await Should.ThrowAsync<SetupException>(() => SeedCommand.SeedAsync(production.Services, "starter", default));
        var refused = await production.Anonymous.PostAsync(
            "/api/v1/auth/login",
            new { username = "demo", password = "demo-password" }
        );
        refused.ShouldBeRefused(SmartFlow.Platform.Errors.ErrorCodes.InvalidCredentials);
    }

    [Fact]
    public async Task An_operator_is_made_by_command_and_known_from_the_next_sign_in_on()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        (await RunAsync(app, "user grant-role", "mei", "operator")).ShouldBe(0);
        (await RunAsync(app, "user grant-role", "MEI", "operator")).ShouldBe(0);
        (await RunAsync(app, "user grant-role", "nobody", "operator")).ShouldBe(1);
        (await RunAsync(app, "user grant-role", "mei", "emperor")).ShouldBe(2);
        var mei = await app.SignInAsync("mei");
        (await mei.GetAsync("/api/v1/auth/me")).Json.GetProperty("roles")[0].GetString().ShouldBe("operator");
    }

    [Fact]
    public async Task A_password_is_reset_by_command()
    {
        await using var app = await SmartFlowApp.StartAsync();
        await app.SignUpAsync();
        var command = app
            .Services.GetServices<ICommand>()
            .OfType<SmartFlow.UserAuth.Operations.ResetPasswordCommand>()
            .Single();
        command.Input = new StringReader("short\nanother good one\n");
        (await command.RunAsync(["mei"], TextWriter.Null, default)).ShouldBe(1);
        (await command.RunAsync(["mei"], TextWriter.Null, default)).ShouldBe(0);
        await app.SignInAsync("mei", "another good one");
    }

    [Fact]
    public async Task The_program_lists_its_commands_with_their_words()
    {
        await using var app = await SmartFlowApp.StartAsync();
        var names = app.Services.GetServices<ICommand>().Select(c => c.Name).ToArray();
        foreach (
            var name in new[]
            {
                "migrate",
                "seed",
                "outbox list",
                "outbox requeue",
                "user grant-role",
                "user reset-password",
                "user disable",
                "user enable",
                "user revoke-role",
            }
        )
            names.ShouldContain(name);
        names.ShouldBeUnique();
    }

    private static Task<int> RunAsync(SmartFlowApp app, string name, params string[] arguments) =>
        app.Services.GetServices<ICommand>().Single(c => c.Name == name).RunAsync(arguments, TextWriter.Null, default);

    private sealed class Unmade : BackgroundService
    {
        public Unmade() => throw new SetupException("a setting is wrong");

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }
}
