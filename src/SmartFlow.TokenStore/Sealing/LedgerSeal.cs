namespace SmartFlow.TokenStore.Sealing;

/// <summary>The seal of one batch. Never changed, never removed.</summary>
internal sealed class LedgerSeal
{
    /// <summary>1, 2, 3 … without a gap: the order in which the sealer first saw the batches committed.</summary>
    public long Position { get; set; }

    public long BatchId { get; set; }

    /// <summary>How many entries the batch has.</summary>
    public int Entries { get; set; }

    /// <summary>The Merkle root over them, ordered by account and sequence.</summary>
    public required byte[] Root { get; set; }

    /// <summary>Of this seal and, through the one before, of all earlier ones.</summary>
    public required byte[] Seal { get; set; }

    public DateTimeOffset SealedAt { get; set; }
}
