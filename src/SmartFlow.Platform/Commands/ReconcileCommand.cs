using System.Text.Json;
using SmartFlow.Platform.Reconcile;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Commands;

/// <summary>
/// <c>smartflow reconcile</c>: checks every identity of the money path, read-only, also beside a running host.
/// </summary>
internal sealed class ReconcileCommand(Reconciler reconciler) : ICommand
{
    private const string JsonFlag = "--json";

    public string Name => "reconcile";

    public string Usage =>
        "[--json]: checks that ledger, balances, holds, orders and calls agree; exit code 1 on a difference";

    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Any(a => a != JsonFlag))
        {
            await output.WriteLineAsync($"smartflow reconcile {Usage}");
            return 2;
        }
        var report = await reconciler.RunAsync(cancellationToken);
        if (arguments.Count > 0)
            await output.WriteLineAsync(JsonSerializer.Serialize(report, WebJson.Options));
        else
            await WriteAsync(report, output);
        return report.Ok ? 0 : 1;
    }

    private static async Task WriteAsync(ReconciliationReport report, TextWriter output)
    {
        foreach (var check in report.Checks)
        {
            var pending = check.Pending.Count == 0 ? "" : $", {check.Pending.Count} pending";
            var verdict = check.Differences.Count == 0 ? "agrees" : $"{check.Differences.Count} differences";
            await output.WriteLineAsync($"{check.Name}: {verdict}{pending} ({check.ElapsedMilliseconds:0} ms)");
            foreach (var finding in check.Differences)
                await output.WriteLineAsync($"  {finding.Check}: {finding.Detail}");
            foreach (var finding in check.Pending)
                await output.WriteLineAsync($"  pending, {finding.Check}: {finding.Detail}");
            if (check.More)
                await output.WriteLineAsync("  … and more");
        }
        await output.WriteLineAsync(report.Ok ? "Everything agrees." : "There are differences.");
    }
}
