using System.ComponentModel.DataAnnotations;

namespace SmartFlow.Memory;

/// <summary>Section <c>Memory</c>.</summary>
internal sealed class MemoryOptions
{
    /// <summary>
    /// Whether turns are looked at for what is worth keeping. False: no call is made for it; what is known is recalled
    /// all the same.
    /// </summary>
    public bool Extraction { get; set; } = true;

    /// <summary>
    /// Whether every turn is looked at, and paid for; false: those alone in which the user's words may say something
    /// about themselves.
    /// </summary>
    public bool EveryTurn { get; set; }

    /// <summary>The model that looks; empty: the default one.</summary>
    [StringLength(100)]
    public string Model { get; set; } = "";

    /// <summary>Output limit of a look.</summary>
    [Range(64, 16_000)]
    public int TokensMax { get; set; } = 1_024;

    /// <summary>Answers that a look asks for at most: the first, and corrections of what did not fit.</summary>
    [Range(1, 5)]
    public int Attempts { get; set; } = 2;

    /// <summary>
    /// How often a look is tried that met nothing but what is out of reach; the pause grows from 5 seconds to 30
    /// minutes.
    /// </summary>
    [Range(1, 100)]
    public int Tries { get; set; } = 20;

    /// <summary>Looks under way at one time in this process; one of a user at most.</summary>
    [Range(1, 1_000)]
    public int Parallel { get; set; } = 16;

    /// <summary>Seconds that a look may take.</summary>
    [Range(5, 600)]
    public int LookSeconds { get; set; } = 120;

    /// <summary>Changes that one turn may make.</summary>
    [Range(1, 50)]
    public int ItemsPerTurnMax { get; set; } = 5;

    /// <summary>Items of one user.</summary>
    [Range(1, 2_000)]
    public int ItemsPerUserMax { get; set; } = 200;

    /// <summary>Known items that a look is told.</summary>
    [Range(0, 200)]
    public int KnownMax { get; set; } = 40;

    /// <summary>Below this confidence nothing is kept.</summary>
    [Range(0.0, 1.0)]
    public double ConfidenceMin { get; set; } = 0.5;

    /// <summary>
    /// A model of embeddings by which items are found by their meaning, too, where a user has more of a type than is
    /// told; each item and each such turn is a call that its user pays for. Empty: by their words alone.
    /// </summary>
    [StringLength(100)]
    public string EmbeddingModel { get; set; } = "";

    /// <summary>
    /// Milliseconds that a recall waits for what was said to be compared by its meaning; less than
    /// <c>Agent:RecallMilliseconds</c>.
    /// </summary>
    [Range(1, 10_000)]
    public int EmbedMilliseconds { get; set; } = 200;

    /// <summary>Days after which deleted and expired items go for good.</summary>
    [Range(1, 3_650)]
    public int DeletedDays { get; set; } = 30;

    /// <summary>Days for which it is known that a turn was looked at, and what it changed.</summary>
    [Range(1, 3_650)]
    public int LooksKeptDays { get; set; } = 90;

    internal TimeSpan LookTime => TimeSpan.FromSeconds(LookSeconds);
}
