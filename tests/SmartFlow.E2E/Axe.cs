using Microsoft.Playwright;
using SmartFlow.Tests;

namespace SmartFlow.E2E;

/// <summary>The accessibility checks of axe-core: what a program can find.</summary>
internal static class Axe
{
    private const string Run = """
        async (rules) => {
          // What still moves is seen where it will stand. A colour that is inherited begins to change after the one above it.
          for (let frame = 0; frame < 20; frame++) {
            await new Promise((resolve) => requestAnimationFrame(resolve))
            const moving = document.getAnimations()
            if (frame > 1 && !moving.length) break
            for (const one of moving) {
              try { one.finish() } catch { one.cancel() }
            }
          }
          // It compares strings: a block of the week is named by its title and its place, with what it is between them.
          const strings = { rules: { 'label-content-name-mismatch': { enabled: false } } }
          const only = rules ? { runOnly: { type: 'rule', values: rules } } : strings
          // What is about to be replaced is dimmed, and says so.
          const { violations } = await axe.run({ exclude: [['[aria-busy=true]']] }, { resultTypes: ['violations'], ...only })
          return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id} at ${node.target.join(' ')}: ${node.failureSummary}`))
        }
        """;

    private static readonly Lazy<Task<string>> Source = new(() =>
        File.ReadAllTextAsync(Path.Combine(Repository.Root, "web", "node_modules", "axe-core", "axe.min.js"))
    );

    /// <summary>No finding on the page as it is.</summary>
    public static async Task CleanAsync(IPage page) => (await FindAsync(page, null)).ShouldBeEmpty();

    /// <summary>What is found on a page in the light theme; colours are looked at in the dark one, too.</summary>
    public static async Task<string[]> FindInBothThemesAsync(IPage page)
    {
        var found = await FindAsync(page, null);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        string[] dark = await FindAsync(page, ["color-contrast"]);
        await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
        return [.. found, .. dark.Select(f => "dark: " + f)];
    }

    private static async Task<string[]> FindAsync(IPage page, string[]? rules)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
            await page.EvaluateAsync(await Source.Value);
        var found = await page.EvaluateAsync<string[]>(Run, rules);
        var place = new Uri(page.Url).PathAndQuery;
        return [.. found.Select(f => $"{place}: {f}")];
    }
}
