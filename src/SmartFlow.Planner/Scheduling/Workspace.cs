using System.Collections.Concurrent;

namespace SmartFlow.Planner.Scheduling;

/// <summary>
/// The large buffers of a solve, used again by later ones: a few are kept, whatever the number of solves.
/// </summary>
internal sealed class Workspace : IDisposable
{
    private const int Kept = 4;

    private static readonly ConcurrentQueue<Workspace> Idle = new();

    private Workspace() { }

    public Board Board { get; } = new();
    public ShortestPath Path { get; } = new();

    public static Workspace Rent() => Idle.TryDequeue(out var workspace) ? workspace : new Workspace();

    public void Dispose()
    {
        if (Idle.Count < Kept)
            Idle.Enqueue(this);
    }
}
