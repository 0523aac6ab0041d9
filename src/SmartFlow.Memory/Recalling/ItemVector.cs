using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using SmartFlow.Memory.Items;

namespace SmartFlow.Memory.Recalling;

/// <summary>What an item's words mean to one model, as numbers; it goes with its item.</summary>
internal sealed class ItemVector
{
    public long ItemId { get; set; }

    public ulong UserId { get; set; }

    /// <summary>The model that made it, as it was asked for: those of another are no measure.</summary>
    public required string Model { get; set; }

    /// <summary>SHA-256 of the words that it was made of: of others it says nothing.</summary>
    public required byte[] WordsHash { get; set; }

    /// <summary>Of length 1, two bytes a number.</summary>
    public required byte[] Numbers { get; set; }

    public DateTimeOffset MadeAt { get; set; }

    /// <summary>What of an item is compared.</summary>
    public static string WordsOf(MemoryItem item) =>
        item.Content.Length == 0 || item.Content == item.Title ? item.Title : $"{item.Title}\n{item.Content}";

    public static byte[] HashOf(MemoryItem item) => SHA256.HashData(Encoding.UTF8.GetBytes(WordsOf(item)));

    /// <summary>Whether it was made of the item's words as they are, by that model.</summary>
    public bool IsOf(MemoryItem item, string model) => Model == model && WordsHash.AsSpan().SequenceEqual(HashOf(item));

    /// <summary>From 1 (the same) to -1; 0 where they cannot be compared.</summary>
    public double Cosine(Half[] other)
    {
        var mine = MemoryMarshal.Cast<byte, Half>(Numbers);
        if (mine.Length != other.Length)
            return 0;
        var sum = 0.0;
        for (var i = 0; i < mine.Length; i++)
            sum += (double)mine[i] * (double)other[i];
        return double.IsFinite(sum) ? Math.Clamp(sum, -1, 1) : 0;
    }
}
