namespace SmartFlow.Planner.Scheduling;

/// <summary>A disturbance of costs that depends on nothing but its seed, the item and the place.</summary>
internal readonly record struct Noise(uint Seed, int Micros)
{
    public long Of(int job, int slot)
    {
        if (Micros == 0)
            return 0;
        var mixed = (Seed ^ (uint)job * 0x9E3779B1u) + (uint)slot * 0x85EBCA77u;
        mixed = (mixed ^ mixed >> 15) * 0x2C1B3C6Du;
        mixed = (mixed ^ mixed >> 12) * 0x297A2D39u;
        return (mixed ^ mixed >> 15) % (uint)Micros;
    }
}
