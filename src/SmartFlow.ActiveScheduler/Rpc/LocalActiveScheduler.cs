using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using SmartFlow.ActiveScheduler.Suggesting;
using SmartFlow.ActiveScheduler.Suggestions;
using SmartFlow.Contracts.ActiveScheduler;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;

namespace SmartFlow.ActiveScheduler.Rpc;

/// <summary>
/// The active scheduler's contract where the module is hosted in this process: the same slices as the routes.
/// </summary>
internal sealed class LocalActiveScheduler(
    Pause pause,
    ConfirmSuggestion confirm,
    IDbContextFactory<ActiveSchedulerDb> databases,
    FeatureSwitches switches,
    TimeProvider clock
) : IActiveScheduler
{
    private const int DefaultLimit = 20;
    private const int MaxLimit = 100;

    public async Task<ListSuggestionsResponse> ListSuggestionsAsync(
        ListSuggestionsRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Limit is < 0 or > MaxLimit)
            throw RefusedException.Field("limit", $"must be between 0 and {MaxLimit}");
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var own = await ListSuggestions
            .Own(db, request.UserId, open: true, clock.MicrosNow())
            .OrderByDescending(s => s.Id)
            .Take(request.Limit == 0 ? DefaultLimit : request.Limit)
            .ToListAsync(cancellationToken);
        var response = new ListSuggestionsResponse();
        response.Items.Add(own.Select(s => Of(View(s))));
        return response;
    }

    public async Task<GetSuggestionResponse> GetSuggestionAsync(
        GetSuggestionRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return new GetSuggestionResponse
        {
            Suggestion = Of(
                View(await ListSuggestions.FindAsync(db, request.UserId, Id(request.Id), cancellationToken))
            ),
        };
    }

    public async Task<PauseResponse> PauseAsync(PauseRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        switches.Require(Feature.ActiveScheduler);
        if (request.Language is not ("" or "zh" or "en"))
            throw RefusedException.Field("language", "must be one of zh, en");
        var (suggestion, made) = await pause.HandleAsync(request.UserId, request.Language, cancellationToken);
        return new PauseResponse
        {
            Suggestion = suggestion is null ? null : Of(View(suggestion)),
            CallId = made && suggestion is { ModelAsked: true } ? Choose.CallOf(suggestion) : "",
        };
    }

    public async Task<ConfirmSuggestionResponse> ConfirmSuggestionAsync(
        ConfirmSuggestionRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        return new ConfirmSuggestionResponse
        {
            Suggestion = Of(
                await confirm.HandleAsync(request.UserId, Id(request.Id), request.Candidate, cancellationToken)
            ),
        };
    }

    private SuggestionView View(Suggestion suggestion) => SuggestionView.Of(suggestion, clock.MicrosNow());

    private static SuggestionMessage Of(SuggestionView s)
    {
        var message = new SuggestionMessage
        {
            Id = (ulong)s.Id,
            Kind = s.Kind,
            Title = s.Title,
            State = s.State,
            Recommended = s.Recommended,
            Explanation = s.Explanation ?? "",
            ExpiresAt = Timestamp.FromDateTimeOffset(s.ExpiresAt),
        };
        message.Candidates.Add(s.Candidates.Select(Of));
        return message;
    }

    private static CandidateMessage Of(CandidateView c)
    {
        var message = new CandidateMessage
        {
            Id = c.Id,
            Kind = c.Kind,
            Reason = c.Reason,
            Risk = c.Risk,
        };
        message.Changes.Add(
            c.Changes.Select(change => new CandidateChangeMessage
            {
                Title = change.Title,
                Before = Of(change.Before),
                After = Of(change.After),
            })
        );
        message.Breaks.Add(c.Breaks.Select(b => new CandidateBreakMessage { Rule = b.Rule, Title = b.Title }));
        return message;
    }

    private static CandidateSlotMessage? Of(CandidateSlot? at) =>
        at is null
            ? null
            : new()
            {
                Date = at.Date,
                Week = at.Week,
                Day = at.Day,
                SectionFrom = at.SectionFrom,
                SectionTo = at.SectionTo,
            };

    /// <summary>An id that no row has where it is too large for one.</summary>
    private static long Id(ulong id) => id <= long.MaxValue ? (long)id : 0;
}
