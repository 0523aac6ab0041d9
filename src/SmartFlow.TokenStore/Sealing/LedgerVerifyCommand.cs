using System.Globalization;
using SmartFlow.Platform;

namespace SmartFlow.TokenStore.Sealing;

/// <summary>
/// <c>smartflow ledger verify [--from N]</c>: computes the seals again, read-only, also beside a running host.
/// </summary>
internal sealed class LedgerVerifyCommand(SealAudit audit) : ICommand
{
    private const int Shown = 200;

    public string Name => "ledger verify";

    public string Usage =>
        "[--from N]: computes every seal of the ledger again, from position N on; exit code 1 on a difference";

    public bool Writes => false;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        var from = 1L;
        var understood =
            arguments is []
            || (
                arguments is ["--from", var number]
                && long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out from)
                && from > 0
            );
        if (!understood)
        {
            await output.WriteLineAsync("smartflow ledger verify [--from N]");
            return 2;
        }
        var found = 0;
        await foreach (var finding in audit.VerifyAsync(from, cancellationToken))
        {
            if (finding.Pending)
            {
                await output.WriteLineAsync($"pending, {finding.Check}: {finding.Detail}");
                continue;
            }
            if (++found > Shown)
            {
                await output.WriteLineAsync("… and more");
                return 1;
            }
            await output.WriteLineAsync($"{finding.Check}: {finding.Detail}");
        }
        await output.WriteLineAsync(
            found == 0 ? $"The ledger is as it was sealed: {audit.Note}." : $"{found} differences."
        );
        return found == 0 ? 0 : 1;
    }
}
