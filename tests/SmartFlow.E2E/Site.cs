using System.Text.RegularExpressions;
using Microsoft.Playwright;
using SmartFlow.Tests;
using SmartFlow.Tests.Split;
using static Microsoft.Playwright.Assertions;

namespace SmartFlow.E2E;

/// <summary>
/// The built program with its web application, and Chromium in front of it: in one process, or with
/// SMARTFLOW_E2E_SPLIT=1 split into those of deploy/ behind nginx.
/// </summary>
public class Site : IAsyncLifetime
{
    /// <summary>A split system fills the machine: one at a time.</summary>
    private static readonly SemaphoreSlim SplitTurn = new(1);

    /// <summary>
    /// In milliseconds. A slow machine is not a failure: an expectation that is never met fails all the same.
    /// </summary>
    private const float Patience = 60_000;

    private static readonly string[] Flags =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    /// <summary>What comes up by itself would change what other stories count.</summary>
    private static readonly (string Name, string Value) NoRounds = ("ActiveScheduler__ScanSeconds", "0");

    private readonly bool split;
    private readonly string dataFolder = Directory.CreateTempSubdirectory("smartflow-e2e-").FullName;
    private SmartFlowProcess? host;
    private SplitSystem? system;
    private IPlaywright? playwright;
    private IBrowser? browser;

    public Site()
        : this(Environment.GetEnvironmentVariable("SMARTFLOW_E2E_SPLIT") == "1") { }

    protected Site(bool split) => this.split = split;

    internal Uri Url => system?.Url ?? host!.Http.BaseAddress!;

    public async ValueTask InitializeAsync()
    {
        SmartFlowProcess.Program = Path.Combine(
            Repository.Root,
            "src",
            "SmartFlow.Host",
            "bin",
            Configuration,
            "net10.0",
            "smartflow.dll"
        );
        if (split)
            system = await StartSplitAsync();
        else
            host = await SmartFlowProcess.StartAsync(dataFolder, [NoRounds, .. Settings]);
        playwright = await Playwright.CreateAsync();
        SetDefaultExpectTimeout(Patience);
        const string chromium = "/usr/bin/chromium";
        if (!File.Exists(chromium))
            throw new InvalidOperationException("Chromium is missing: apt-get install chromium, or run ./test.sh.");
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = chromium, Args = Flags });
    }

    /// <summary>A fresh visitor.</summary>
    /// <param name="keeps">With the service worker, which would hide from a story what it asks the network for.</param>
    public async Task<IPage> VisitAsync(
        string locale = "zh-CN",
        ColorScheme theme = ColorScheme.Light,
        int width = 1280,
        int height = 860,
        bool keeps = false
    )
    {
        var context = await browser!.NewContextAsync(
            new()
            {
                BaseURL = Url.ToString(),
                Locale = locale,
                ColorScheme = theme,
                ViewportSize = new() { Width = width, Height = height },
                TimezoneId = "Asia/Shanghai",
                ServiceWorkers = keeps ? ServiceWorkerPolicy.Allow : ServiceWorkerPolicy.Block,
            }
        );
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    /// <summary>Somebody new, signed in, on Today.</summary>
    public static async Task SignUpAsync(IPage page, string name)
    {
        await page.GotoAsync("/");
        await page.GetByTestId("switch-mode").ClickAsync();
        await page.GetByTestId("username").FillAsync(name);
        await page.GetByTestId("password").FillAsync("correct horse battery");
        await page.GetByTestId("register").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/today$"));
    }

    /// <summary>Gives whoever is signed in the name that others see, in the settings.</summary>
    public static async Task NameAsync(IPage page, string name)
    {
        await page.GotoAsync("/settings");
        await page.GetByTestId("own-name").FillAsync(name);
        await page.GetByTestId("name-save").ClickAsync();
        await Assertions.Expect(page.GetByTestId("name-save")).ToBeDisabledAsync();
    }

    /// <summary>Beside the running host, which knows it with the next sign-in.</summary>
    public async Task MakeOperatorAsync(string name)
    {
        string[] command = ["user", "grant-role", name, "operator"];
        var (exitCode, output) = system is null
            ? await SmartFlowProcess.RunAsync(dataFolder, command)
            : await system.CommandAsync(command);
        exitCode.ShouldBe(0, output);
    }

    /// <summary>
    /// Keeps a picture, of what axe finds nothing wrong with, beside the test. Where SMARTFLOW_SCREENSHOTS names the
    /// folder of the documents' pictures, those that it has are made anew.
    /// </summary>
    public static async Task ShootAsync(IPage page, string name)
    {
        var shown = Environment.GetEnvironmentVariable("SMARTFLOW_SCREENSHOTS");
        var folder =
            shown is not null && File.Exists(Path.Combine(shown, name + ".png"))
                ? shown
                : Path.Combine(Repository.Root, "tests", "SmartFlow.E2E", "screenshots");
        await page.ScreenshotAsync(
            new() { Path = Path.Combine(folder, name + ".png"), Animations = ScreenshotAnimations.Disabled }
        );
        await Axe.CleanAsync(page);
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        if (host is not null)
            await host.DisposeAsync();
        if (system is not null)
        {
            await system.DisposeAsync();
            SplitTurn.Release();
        }
        Directory.Delete(dataFolder, recursive: true);
    }

    /// <summary>Settings of the one process.</summary>
    private protected virtual (string Name, string Value)[] Settings => [];

    /// <summary>Settings of every process of the split system.</summary>
    private protected virtual Task<(string Name, string Value)[]> SplitSettingsAsync() => Task.FromResult(Settings);

    private async Task<SplitSystem> StartSplitAsync()
    {
        await SplitTurn.WaitAsync();
        try
        {
            return await SplitSystem.StartAsync([NoRounds, .. await SplitSettingsAsync()]);
        }
        catch
        {
            SplitTurn.Release();
            throw;
        }
    }

    private static string Configuration =>
        AppContext.BaseDirectory.Contains("Release", StringComparison.Ordinal) ? "Release" : "Debug";
}
