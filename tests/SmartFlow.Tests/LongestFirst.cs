using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(SmartFlow.Tests.LongestFirst))]

namespace SmartFlow.Tests;

/// <summary>
/// The classes that take longest begin first. A class is one row of tests: one of two minutes that begins last leaves
/// the other threads with nothing to do for as long.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>
    /// About half a minute and more each on two cores; those that start processes and those that do not take turns.
    /// </summary>
    private static readonly string[] Long =
    [
        "KillTests",
        "KafkaBusTests",
        "ScheduleStoryTests",
        "DeadStageTests",
        "ClientMatrixTests",
        "DeadTurnTests",
        "HostileInputTests",
        "BackupUnderLoadTests",
        "TurnTests",
        "IdempotencyTests",
        "EndingsTests",
        "ShutdownTests",
        "DialogueTests",
        "SealKillTests",
        "SealTests",
        "RoundsTests",
        "DoctorTests",
        "LeftCallsTests",
        "McpSplitTests",
    ];

    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(
        IReadOnlyCollection<TTestCollection> testCollections
    )
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(c => RankOf(c.TestCollectionDisplayName))];

    private static int RankOf(string name)
    {
        var rank = Array.FindIndex(Long, l => name.Contains('.' + l + ' ', StringComparison.Ordinal));
        return rank < 0 ? Long.Length : rank;
    }
}
