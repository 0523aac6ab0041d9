using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Llm.Dialect;
using SmartFlow.Llm.Limits;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;

namespace SmartFlow.Llm.Calls;

/// <summary>Steps 1 to 3 of a call: price, guard, journal and hold. A refused call leaves nothing behind.</summary>
internal sealed class Admission(
    ModelCatalog models,
    ICreditLedger ledger,
    CreditBalanceGuard guard,
    Journal journal,
    Ending ending,
    LiveCalls live,
    CallLimits limits,
    ServerSilence silence,
    IDbContextFactory<LlmDb> factory,
    IOptions<LlmOptions> options,
    TimeProvider time
)
{
    /// <summary>
    /// Between the refusal that says how long an answer is covered and the next try the balance may change.
    /// </summary>
    private const int AdaptAttempts = 3;

    /// <summary>The call, admitted; or the earlier one that has its key.</summary>
    public Task<(Call? Call, LlmCall? Existing)> AdmitAsync(
        BillingContext billing,
        CallRequest request,
        bool stream,
        CancellationToken cancellationToken
    ) => silence.GiveUpAsync(() => TryAsync(billing, request, stream, cancellationToken), UndoLateAsync);

    private async Task<(Call? Call, LlmCall? Existing)> TryAsync(
        BillingContext billing,
        CallRequest request,
        bool stream,
        CancellationToken cancellationToken
    )
    {
        // :: Step 1 — validate and price. Nothing is written yet.
        Check(billing);
        CheckModel(billing, request);
        var (candidates, quote) = await PriceAsync(billing.Scene, billing.ModelAlias, request, cancellationToken);
        FaultPoint.Reach("call.priced");

        // :: Step 2 — guard. A repeat of a call that was made is answered even without Credit.
        if (!billing.SkipCharge && await RefusedByGuardAsync(billing, quote, cancellationToken) is { } earlier)
            return (null, earlier);
        FaultPoint.Reach("call.guarded");

        // :: Step 3 — journal, then hold; once more with a shorter answer where the caller takes that.
        for (var attempt = 1; ; attempt++)
            try
            {
                return await TakeAsync(billing, request, stream, candidates, quote, attempt > 1, cancellationToken);
            }
            catch (RefusedException refusal)
                when (billing.AdaptOutput && attempt < AdaptAttempts && Shorter(quote, refusal) is { } shorter)
            {
                quote = shorter;
            }
    }

    /// <exception cref="RefusedException">As AdmitAsync; nothing is left of the call.</exception>
    private async Task<(Call? Call, LlmCall? Existing)> TakeAsync(
        BillingContext billing,
        CallRequest request,
        bool stream,
        Candidate[] candidates,
        Quote quote,
        bool adapted,
        CancellationToken cancellationToken
    )
    {
        var row = Row(billing, request, quote, stream);
        var start = await StartAsync(row, billing, quote, cancellationToken);
        if (start.Existing is not null)
            return (null, start.Existing);
        row.Id = start.CallId;
        var call = TakeOver(start.TakenOver, row, request, candidates, quote, adapted);
        FaultPoint.Reach("call.journaled");
        live.Add(call);
        try
        {
            await HoldAsync(call, quote);
            FaultPoint.Reach("call.reserved");
            cancellationToken.ThrowIfCancellationRequested();
            return (call, null);
        }
        catch (Exception)
        {
            await UndoAsync(call);
            throw;
        }
    }

    /// <summary>The call with as long an answer as the refusal says is covered; null: none is.</summary>
    private static Quote? Shorter(Quote quote, RefusedException refusal) =>
        refusal.Code == ErrorCodes.InsufficientCredit
        && refusal.Extensions?.GetValueOrDefault(CreditBalanceGuard.LargestOutputTokens) is long covered and > 0
        && covered < quote.OutputLimit
            ? quote.WithOutput(covered)
            : null;

    /// <summary>What a call may cost: the one price of its quote and of its hold.</summary>
    /// <param name="scene">What it is for.</param>
    /// <param name="alias">The model or alias; empty: the request's own.</param>
    /// <param name="request">The call.</param>
    /// <param name="cancellationToken">The caller has gone.</param>
    /// <exception cref="RefusedException">unknown_model, price_missing, invalid_argument.</exception>
    public async ValueTask<(Candidate[] Candidates, Quote Quote)> PriceAsync(
        string scene,
        string alias,
        CallRequest request,
        CancellationToken cancellationToken
    )
    {
        if (!Scenes.All.Contains(scene))
            throw RefusedException.Field("scene", "is not a known scene");
        var candidates = await models.ResolveAsync(alias.Length > 0 ? alias : request.Model, cancellationToken);
        if (request.DocumentField is { } field)
            candidates = Readers(candidates, field);
        return (candidates, await Quote.OfAsync(request, scene, candidates, ledger, options.Value, cancellationToken));
    }

    /// <summary>Those that read documents; the common dialect has no place for them.</summary>
    private static Candidate[] Readers(Candidate[] candidates, string field)
    {
        var readers = Array.FindAll(candidates, c => c.Dialect.Anthropic);
        return readers.Length > 0
            ? readers
            : throw RefusedException.Field(
                field,
                "is a document that this model does not read here; send its text, or ask a model of Anthropic's"
            );
    }

    private async Task<LlmCall?> RefusedByGuardAsync(
        BillingContext billing,
        Quote quote,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await guard.CheckAsync(billing.UserId, quote.HoldMicros, cancellationToken);
            return null;
        }
        catch (RefusedException)
        {
            await using var db = await factory.CreateDbContextAsync(cancellationToken);
            var user = (long)billing.UserId;
            var earlier = await db
                .Calls.AsNoTracking()
                .FirstOrDefaultAsync(
                    c => c.UserId == user && c.EventId == billing.EventId && c.State != CallState.Failed,
                    cancellationToken
                );
            if (earlier is null)
                throw;
            return earlier;
        }
    }

    /// <summary>Journaled, and counted in what limits it.</summary>
    /// <exception cref="RefusedException">limit_reached: nothing is journaled or counted.</exception>
    private async Task<JournalResult> StartAsync(
        LlmCall row,
        BillingContext billing,
        Quote quote,
        CancellationToken cancellationToken
    )
    {
        // One moment for both: the windows in which it counts are those in which it began.
        var now = row.StartedAt;
        var windows = limits.Of(billing, now);
        if (windows.Count > 0)
            (row.Counted, row.CountedTokens) = (LimitWindow.Join(windows), quote.InputTokens + row.OutputLimit);
        var start = await journal.WriteAsync(new Start(row) { Limits = windows });
        if (start == JournalResult.Unseeded)
            start = await journal.WriteAsync(
                new Start(row) { Limits = await limits.SeedAsync(row, windows, cancellationToken) }
            );
        return start.Reached is null ? start : throw start.Reached.Refusal(now);
    }

    /// <summary>A call whose process died keeps its price, its hold and whom it counts for.</summary>
    private Call TakeOver(
        LlmCall? earlier,
        LlmCall row,
        CallRequest request,
        Candidate[] candidates,
        Quote quote,
        bool adapted
    )
    {
        if (earlier is null)
            return new Call(row, request, quote.Candidates, quote.OutputLimit, false, options.Value.ResultBytesMax)
            {
                Adapted = adapted,
                Begun = BegunOf(row),
            };
        (row.Candidates, row.HoldMicros, row.OutputLimit) = (
            earlier.Candidates,
            earlier.HoldMicros,
            earlier.OutputLimit
        );
        (row.Scene, row.ApiKeyId) = (earlier.Scene, earlier.ApiKeyId);
        (row.Counted, row.CountedTokens) = (earlier.Counted, earlier.CountedTokens);
        var frozen = Quote
            .Thaw(earlier.Candidates)
            .Select(p => (Array.Find(candidates, c => c.Provider.Name == p.Provider && c.Model == p.Model)!, p))
            .ToList();
        // What was held covers this limit, and the caller may have taken a shorter answer then.
        var limit = earlier.OutputLimit / request.N;
        return new Call(row, request, frozen, limit, takenOver: true, options.Value.ResultBytesMax)
        {
            Adapted = limit < quote.OutputLimit,
            Begun = BegunOf(row),
        };
    }

    private static TaskCompletionSource? BegunOf(LlmCall row) =>
        row.Stream ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;

    /// <exception cref="RefusedException">insufficient_credit, outcome_settled, unavailable.</exception>
    private async Task HoldAsync(Call call, Quote quote)
    {
        var row = call.Row;
        if (row.SkipCharge)
            return;
        var reserved = await ledger.ReserveAsync(
            new ReserveRequest { Key = Ending.KeyOf(row), AmountMicros = row.HoldMicros },
            CancellationToken.None
        );
        if (reserved.Outcome == ReserveOutcome.Reserved)
            return;
        throw reserved.Outcome == ReserveOutcome.AlreadySettled
            ? new RefusedException(ErrorCodes.OutcomeSettled, "This call has been charged already. Use a new key.")
            : CreditBalanceGuard.Insufficient(
                row.HoldMicros,
                reserved.BalanceMicros,
                reserved.HeldMicros,
                quote.OutputLimit == 0 ? 0 : quote.LargestOutput(reserved.BalanceMicros - reserved.HeldMicros)
            );
    }

    /// <summary>The database answered in the end, and nobody waits for the call any more.</summary>
    private async Task UndoLateAsync(Task<(Call? Call, LlmCall? Existing)> late)
    {
        try
        {
            if ((await late).Call is { } call)
                await UndoAsync(call);
        }
        catch (Exception)
        {
            // It was refused, or the recovery finds what is left of it.
        }
    }

    private async Task UndoAsync(Call call)
    {
        live.Remove(call);
        if (call.TakenOver)
            await journal.WriteAsync(new Suspend(call.Row, time.GetUtcNow()));
        else
        {
            await ending.ReleaseAsync(call.Row);
            await journal.WriteAsync(new Forget(call.Row));
        }
    }

    private void Check(BillingContext billing)
    {
        if (billing.UserId is 0 or > long.MaxValue)
            throw RefusedException.Field("user_id", "must name the user who pays");
        var ownScene = billing.Scene != Scenes.GatewayOpenAi;
        if (EventKey.Problem(billing.EventId, ownScene) is { } problem)
            throw RefusedException.Field("event_id", problem);
        if (billing.ApiKeyId < 0)
            throw RefusedException.Field("api_key_id", "must be a key's id, or 0 for none");
        if (billing.SkipCharge && !options.Value.InternalScenes.Contains(billing.Scene))
            throw RefusedException.Field("skip_charge", "is only for scenes that are configured as internal");
    }

    /// <summary>A key for some models names one of them; the default is asked by its name.</summary>
    private static void CheckModel(BillingContext billing, CallRequest request)
    {
        if (billing.Caps?.Models is not { Count: > 0 } allowed)
            return;
        if (!allowed.Contains(billing.ModelAlias.Length > 0 ? billing.ModelAlias : request.Model))
            throw new RefusedException(
                ErrorCodes.Forbidden,
                $"This API key is only for the models {string.Join(", ", allowed)}."
            );
    }

    private LlmCall Row(BillingContext billing, CallRequest request, Quote quote, bool stream) =>
        new()
        {
            UserId = (long)billing.UserId,
            EventId = billing.EventId,
            ApiKeyId = billing.ApiKeyId,
            RequestHash = request.Hash.ToArray(),
            Scene = billing.Scene,
            RequestId = Short(billing.RequestId),
            ConversationId = Short(billing.ConversationId),
            ModelAlias = billing.ModelAlias.Length > 0 ? billing.ModelAlias : request.Model,
            SkipCharge = billing.SkipCharge,
            Stream = stream,
            State = CallState.Started,
            Owner = journal.Owner,
            Candidates = quote.CandidatesJson(),
            // Given tokens are estimated as what they are.
            TextBytes = request.TextBytes + request.TokenCount * options.Value.EstimateBytesPerToken,
            Messages = request.MessageCount,
            Images = request.ImageCount,
            OutputLimit = quote.OutputLimit * request.N,
            HoldMicros = quote.HoldMicros,
            Outcome = "",
            Attempts = "[]",
            StartedAt = time.GetUtcNow(),
        };

    private static string Short(string value) => value.Length <= 100 ? value : value[..100];
}
