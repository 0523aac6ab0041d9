using SmartFlow.Platform;
using SmartFlow.TokenStore.Operations;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// <c>smartflow ledger raise-epoch</c>, after a database was put back by other means than <c>smartflow restore</c> and
/// before anything serves.
/// </summary>
internal sealed class RaiseEpochCommand(RaiseEpoch raise) : ICommand
{
    public string Name => "ledger raise-epoch";

    public string Usage => ": after a restore, makes all that caches know of the earlier ledger out of date";

    public bool Writes => true;

    public async Task<int> RunAsync(
        IReadOnlyList<string> arguments,
        TextWriter output,
        CancellationToken cancellationToken
    )
    {
        if (arguments.Count > 0)
        {
            await output.WriteLineAsync("smartflow ledger raise-epoch");
            return 2;
        }
        await output.WriteLineAsync(await raise.RunAsync(cancellationToken));
        return 0;
    }
}
