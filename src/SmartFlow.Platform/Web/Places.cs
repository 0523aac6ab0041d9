using System.Collections.Concurrent;

namespace SmartFlow.Platform.Web;

/// <summary>So many at one time for each key. Keys share no lock; a key that holds none is forgotten.</summary>
public sealed class Places<TKey>(int each)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, int> taken = new();

    /// <summary>
    /// Takes a place; false: the key has all of its own. What was taken is given back by <see cref="Leave"/>.
    /// </summary>
    public bool TryEnter(TKey key)
    {
        if (taken.AddOrUpdate(key, 1, static (_, count) => count + 1) <= each)
            return true;
        Leave(key);
        return false;
    }

    public void Leave(TKey key)
    {
        if (taken.AddOrUpdate(key, 0, static (_, count) => count - 1) == 0)
            taken.TryRemove(new KeyValuePair<TKey, int>(key, 0));
    }

    public int Of(TKey key) => taken.GetValueOrDefault(key);
}
