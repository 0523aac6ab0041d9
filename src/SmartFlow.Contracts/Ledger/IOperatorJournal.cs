namespace SmartFlow.Contracts.Ledger;

/// <summary>The journal of what operators did, for modules in other processes.</summary>
public interface IOperatorJournal
{
    /// <summary>Refusals: invalid_argument, unavailable.</summary>
    Task<RecordResponse> RecordAsync(RecordRequest request, CancellationToken cancellationToken);
}
