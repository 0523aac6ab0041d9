using Microsoft.Extensions.Options;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// Users whose balance the ledger itself said to be 0 or less a moment ago: until that is over their refusals cost no
/// look at the database. Users who meet in one of the fixed slots only cost each other a look.
/// </summary>
internal sealed class KnownRefusals(IOptions<TokenStoreOptions> options, TimeProvider time)
{
    private const int Slots = 16_384;
    private readonly Refusal?[] slots = new Refusal?[Slots];

    public bool Knows(ulong userId) =>
        Volatile.Read(ref slots[userId % Slots]) is { } known
        && known.UserId == userId
        && time.GetElapsedTime(known.At) < TimeSpan.FromSeconds(options.Value.RefusalSeconds);

    public void Note(ulong userId) => Volatile.Write(ref slots[userId % Slots], new(userId, time.GetTimestamp()));

    private sealed record Refusal(ulong UserId, long At);
}
