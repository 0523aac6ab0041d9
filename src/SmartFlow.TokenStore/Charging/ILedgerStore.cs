namespace SmartFlow.TokenStore.Charging;

/// <summary>Runs batches of the ledger in one transaction each: lock, then read, then fold, then write.</summary>
internal interface ILedgerStore
{
    /// <summary>The state after the commit. Nothing is written where the fold throws.</summary>
    /// <param name="needs">What the batch has to know.</param>
    /// <param name="shard">The shard of our own accounts to try first: the worker's number.</param>
    /// <param name="fold">Decides. It may be called again for the same batch, with a new state.</param>
    Task<LedgerState> RunAsync(LedgerNeeds needs, int shard, Action<LedgerState> fold);
}
