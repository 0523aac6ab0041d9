namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for the same seed on every version of .NET.
/// </summary>
internal sealed class Dice(int seed)
{
    private ulong state = (ulong)(uint)seed;

    /// <summary>From 0 to n − 1.</summary>
    public int Next(int n) => (int)(Bits() % (uint)n);

    public uint Seed() => (uint)Bits();

    private ulong Bits()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
        z = (z ^ z >> 27) * 0x94D049BB133111EB;
        return (z ^ z >> 31) >> 32;
    }
}
