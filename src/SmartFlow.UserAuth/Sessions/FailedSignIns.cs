using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>
/// Wrong passwords in a row by name and network. An attempt counts before its password is looked at, so that guesses
/// which come at once count as well; it is given back where the password was right or not looked at. Only the guesser's
/// own network has to wait, and nothing here knows whether the name exists. Names are the guesser's to choose, so they
/// share a fixed number of slots, and the counts go with the process; where counts are shared, those of the other
/// processes hold as well.
/// </summary>
internal sealed class FailedSignIns(IOptions<UserAuthOptions> options, ISharedCounts shared, TimeProvider time)
{
    private const int Slots = 65_536;
    private const string Shared = "failed-sign-ins";
    private readonly Slot[] slots = new Slot[Slots];
    private readonly Lock gate = new();

    /// <exception cref="RefusedException">account_locked: too many in a row; with the time to wait.</exception>
    public async ValueTask<Attempt> BeginAsync(Network network, string name)
    {
        var attempt = new Attempt(this, BeginHere(network, name), $"{network} {name}");
        var (most, window) = (options.Value.MaxFailedSignIns, TimeSpan.FromMinutes(options.Value.LockMinutes));
        if (
            await shared.AddAsync(Shared, attempt.Key, most, window, prolonged: true) is not { } all
            || all.Count <= most
        )
            return attempt;
        Set(attempt.Index, static count => Math.Max(0, count - 1));
        throw TooMany(all.Left);
    }

    private int BeginHere(Network network, string name)
    {
        var index = (HashCode.Combine(network, name) & int.MaxValue) % Slots;
        var now = time.GetUtcNow();
        lock (gate)
        {
            ref var slot = ref slots[index];
            if (now >= slot.Until)
                slot.Count = 0;
            if (slot.Count >= options.Value.MaxFailedSignIns)
                throw TooMany(slot.Until - now);
            slot.Count++;
            slot.Until = now.AddMinutes(options.Value.LockMinutes);
        }
        return index;
    }

    private void Set(int index, Func<int, int> count)
    {
        lock (gate)
            slots[index].Count = count(slots[index].Count);
    }

    private ValueTask ClearSharedAsync(string key) => shared.ClearAsync(Shared, key);

    private ValueTask TakeBackSharedAsync(string key) => shared.TakeBackAsync(Shared, key);

    private static RefusedException TooMany(TimeSpan left) =>
        new(
            ErrorCodes.AccountLocked,
            $"Too many failed sign-ins under this name from here: wait another {Math.Ceiling(left.TotalMinutes):0} min.",
            retryAfter: left
        );

    private struct Slot
    {
        public int Count;

        /// <summary>When the count is forgotten.</summary>
        public DateTimeOffset Until;
    }

    internal readonly struct Attempt(FailedSignIns all, int index, string key)
    {
        public int Index => index;

        public string Key => key;

        /// <summary>The password was right: what failed before is forgotten.</summary>
        public ValueTask SucceedAsync()
        {
            all.Set(index, static _ => 0);
            return all.ClearSharedAsync(key);
        }

        /// <summary>The password was not looked at.</summary>
        public ValueTask GiveBackAsync()
        {
            all.Set(index, static count => Math.Max(0, count - 1));
            return all.TakeBackSharedAsync(key);
        }
    }
}
