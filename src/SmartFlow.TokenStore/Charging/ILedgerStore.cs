namespace SmartFlow.TokenStore.Charging;

/// <summary>Runs batches of the ledger in one transaction each: lock, then read, then fold, then write.</summary>
internal interface ILedgerStore
{
    /// <summary>The state after the commit. Nothing is written where the fold throws.</summary>
    Task<LedgerState> RunAsync(LedgerNeeds needs, Action<LedgerState> fold);
}
