namespace SmartFlow.Contracts.ActiveScheduler;

/// <summary>
/// What other modules need of the active scheduler: the methods of activescheduler.proto, by name. Refusals are
/// RefusedException; another user's ids are not_found.
/// </summary>
public interface IActiveScheduler
{
    /// <summary>What waits for the user's word, newest first; invalid_argument.</summary>
    Task<ListSuggestionsResponse> ListSuggestionsAsync(
        ListSuggestionsRequest request,
        CancellationToken cancellationToken
    );

    /// <summary>not_found.</summary>
    Task<GetSuggestionResponse> GetSuggestionAsync(GetSuggestionRequest request, CancellationToken cancellationToken);

    /// <summary>The user is tired: what could give way, or nothing. limit_reached; invalid_argument.</summary>
    Task<PauseResponse> PauseAsync(PauseRequest request, CancellationToken cancellationToken);

    /// <summary>
    /// Carries one candidate out; a repeat gets the same answer. not_found; invalid_argument; conflict naming the rule.
    /// </summary>
    Task<ConfirmSuggestionResponse> ConfirmSuggestionAsync(
        ConfirmSuggestionRequest request,
        CancellationToken cancellationToken
    );
}
