namespace SmartFlow.Platform.Web;

/// <summary>
/// Counts that all processes share, each for a window that ends by itself. Null: nobody counts beyond this process at
/// the moment.
/// </summary>
public interface ISharedCounts
{
    /// <param name="name">What is counted.</param>
    /// <param name="key">For whom; only a digest of it leaves the process.</param>
    /// <param name="limit">Above it the window is not prolonged any more.</param>
    /// <param name="window">How long it lasts.</param>
    /// <param name="prolonged">Every count begins the window anew, and not only the first.</param>
    /// <returns>The count with this one, and how long it stands.</returns>
    ValueTask<(long Count, TimeSpan Left)?> AddAsync(
        string name,
        string key,
        long limit,
        TimeSpan window,
        bool prolonged = false
    );

    /// <summary>Takes one back.</summary>
    ValueTask TakeBackAsync(string name, string key);

    /// <summary>Forgets the count.</summary>
    ValueTask ClearAsync(string name, string key);
}

/// <summary>Every process counts for itself.</summary>
internal sealed class NoSharedCounts : ISharedCounts
{
    public ValueTask<(long Count, TimeSpan Left)?> AddAsync(
        string name,
        string key,
        long limit,
        TimeSpan window,
        bool prolonged = false
    ) => default;

    public ValueTask TakeBackAsync(string name, string key) => default;

    public ValueTask ClearAsync(string name, string key) => default;
}
