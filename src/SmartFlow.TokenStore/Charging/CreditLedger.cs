using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Snapshots;
using SmartFlow.TokenStore.Alerts;
using SmartFlow.TokenStore.Operations;

namespace SmartFlow.TokenStore.Charging;

/// <summary>The ledger as other modules see it.</summary>
internal sealed class CreditLedger(
    LedgerWorker ledger,
    AdjustBalance adjust,
    PriceTable prices,
    IDbContextFactory<TokenStoreDb> factory,
    IBalanceSnapshots snapshots,
    KnownRefusals refusals,
    AlertSettings alerts,
    IOptions<TokenStoreOptions> options,
    TimeProvider time
) : ICreditLedger
{
    private const int ListLimit = 10_000;
    private const int ReserveLimit = 256;
    private const int MaxServiceName = 64;
    private const int MaxNetwork = 100;

    public async Task<OpenAccountResponse> OpenAccountAsync(
        OpenAccountRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.WelcomeNetwork.Length > MaxNetwork)
            throw RefusedException.Field("welcome_network", $"must have at most {MaxNetwork} characters");
        var settings = options.Value;
        var subject = request.WelcomeSubject.Length > 0 ? request.WelcomeSubject : $"user:{request.UserId}";
        var decision = await ledger.SubmitAsync(
            new OpenAccount(
                Account(request.UserId),
                subject,
                checked(settings.WelcomeCredits * Pricing.MicrosPerCredit),
                settings.WelcomesADay
            )
            {
                WelcomeNetwork = request.WelcomeNetwork,
                WelcomesPerNetwork = settings.WelcomesADayPerNetwork,
            }
        );
        return new OpenAccountResponse
        {
            Opened = decision.Outcome == LedgerOutcome.Applied,
            BalanceMicros = decision.PostedMicros,
        };
    }

    public async Task<AlertSettingsResponse> GetAlertSettingsAsync(
        GetAlertSettingsRequest request,
        CancellationToken cancellationToken
    ) => new() { Settings = await alerts.GetAsync(request.UserId, cancellationToken) };

    public async Task<AlertSettingsResponse> SetAlertSettingsAsync(
        SetAlertSettingsRequest request,
        CancellationToken cancellationToken
    ) => new() { Settings = await alerts.SetAsync(request.UserId, request.Settings, cancellationToken) };

    public async Task<ReserveResponse> ReserveAsync(ReserveRequest request, CancellationToken cancellationToken)
    {
        if (request.AmountMicros < 0)
            throw RefusedException.Field("amount_micros", "must not be negative");
        var decision = await ledger.SubmitAsync(
            new Reserve(Account(request.Key?.UserId), EventId(request.Key), request.AmountMicros, HoldLifetime)
        );
        return new ReserveResponse
        {
            Outcome = decision.Outcome switch
            {
                LedgerOutcome.Applied or LedgerOutcome.Repeated => ReserveOutcome.Reserved,
                LedgerOutcome.Insufficient => ReserveOutcome.Insufficient,
                LedgerOutcome.Closed => ReserveOutcome.AlreadySettled,
                _ => ReserveOutcome.NoAccount,
            },
            HoldMicros = decision.AmountMicros,
            BalanceMicros = decision.PostedMicros,
            HeldMicros = decision.HeldMicros,
        };
    }

    public async Task<ReserveAllResponse> ReserveAllAsync(
        ReserveAllRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Items.Count > ReserveLimit)
            throw RefusedException.Field("items", $"must have at most {ReserveLimit} items");
        // All are submitted before the first is waited for: they meet in one batch.
        var answers = await Task.WhenAll(request.Items.Select(AnswerAsync));
        return new ReserveAllResponse { Items = { answers } };

        async Task<ReserveAnswer> AnswerAsync(ReserveRequest one)
        {
            try
            {
                return new ReserveAnswer { Reserved = await ReserveAsync(one, cancellationToken) };
            }
            catch (Exception)
            {
                // Asked alone it is told why.
                return new ReserveAnswer();
            }
        }
    }

    public async Task<ReleaseResponse> ReleaseAsync(ReleaseRequest request, CancellationToken cancellationToken)
    {
        var decision = await ledger.SubmitAsync(new Release(Account(request.Key?.UserId), EventId(request.Key)));
        return new ReleaseResponse { Released = decision.Outcome == LedgerOutcome.Applied };
    }

    public async Task<AdjustResponse> AdjustAsync(AdjustRequest request, CancellationToken cancellationToken)
    {
        if (request.RequestedBy.Length is 0 or > MaxServiceName)
            throw RefusedException.Field("requested_by", $"must have 1 to {MaxServiceName} characters");
        var key = request.Key ?? throw RefusedException.Field("key", "must be given");
        var by = new Operator(0, request.RequestedBy, key.EventId);
        var booked = await adjust.HandleAsync(
            new(key.UserId, request.AmountMicros, request.Reason),
            key.EventId,
            by,
            cancellationToken
        );
        return new AdjustResponse { TransactionId = booked.TransactionId, BalanceMicros = booked.BalanceAfterMicros };
    }

    public async Task<RenewHoldsResponse> RenewHoldsAsync(
        RenewHoldsRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Keys.Count > ListLimit)
            throw TooMany();
        Renew[] renewals = [.. request.Keys.Select(k => new Renew(Account(k.UserId), EventId(k), HoldLifetime))];
        await Task.WhenAll(renewals.Select(r => ledger.SubmitAsync(r)));
        return new RenewHoldsResponse();
    }

    public ValueTask<ResolvePricesResponse> ResolvePricesAsync(
        ResolvePricesRequest request,
        CancellationToken cancellationToken
    )
    {
        var response = new ResolvePricesResponse();
        var now = time.GetUtcNow();
        for (var i = 0; i < request.Candidates.Count; i++)
        {
            var candidate = request.Candidates[i];
            if (prices.Resolve(request.Scene, candidate.ProviderName, candidate.ModelName, now) is { } price)
                response.Prices.Add(new ResolvedPrice { Candidate = i, Price = price });
        }
        return ValueTask.FromResult(response);
    }

    public async ValueTask<GetBalanceResponse> GetBalanceAsync(
        GetBalanceRequest request,
        CancellationToken cancellationToken
    )
    {
        if (
            !request.OwnRow
            && await snapshots.GetAsync(request.UserId, cancellationToken) is { } snapshot
            && (snapshot.PostedMicros > 0 || refusals.Knows(request.UserId))
        )
            return Balance(snapshot);
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var id = Account(request.UserId);
        var account = await db
            .Accounts.AsNoTracking()
            .Where(a => a.AccountId == id)
            .Select(a => new
            {
                a.PostedMicros,
                a.HeldMicros,
                a.Rev,
                Epoch = db.Epochs.Max(e => (long?)e.Epoch) ?? 0,
            })
            .FirstOrDefaultAsync(cancellationToken);
        if (account is null)
            return new GetBalanceResponse();
        var found = new BalanceSnapshot(account.PostedMicros, account.HeldMicros, account.Rev, account.Epoch);
        await snapshots.SetIfNewerAsync([(request.UserId, found)], cancellationToken);
        if (found.PostedMicros <= 0)
            refusals.Note(request.UserId);
        return Balance(found);
    }

    public async Task<ListChargesResponse> ListChargesAsync(
        ListChargesRequest request,
        CancellationToken cancellationToken
    )
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        if (request.AfterTransactionId > long.MaxValue)
            throw RefusedException.Field("after_transaction_id", "is larger than any");
        var after = (long)request.AfterTransactionId;
        var rows = await db
            .Ledger.AsNoTracking()
            .Where(l => l.TransactionId > after && l.Kind == Kinds.Call)
            .OrderBy(l => l.TransactionId)
            .Take(Math.Clamp(request.Limit, 1, ListLimit))
            .Select(l => new
            {
                l.TransactionId,
                l.AccountId,
                l.EventId,
                l.AmountMicros,
            })
            .ToListAsync(cancellationToken);
        var response = new ListChargesResponse();
        foreach (var row in rows)
            response.Items.Add(Charge(row.TransactionId, row.AccountId, row.EventId, row.AmountMicros));
        return response;
    }

    public async Task<FindChargesResponse> FindChargesAsync(
        FindChargesRequest request,
        CancellationToken cancellationToken
    )
    {
        if (request.Keys.Count > ListLimit)
            throw TooMany();
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var response = new FindChargesResponse();
        foreach (var ofUser in request.Keys.GroupBy(k => Account(k.UserId)))
        foreach (var chunk in ofUser.Select(k => k.EventId).Chunk(500))
        {
            var rows = await db
                .Ledger.AsNoTracking()
                .Where(l => l.AccountId == ofUser.Key && l.Kind == Kinds.Call && chunk.Contains(l.EventId))
                .Select(l => new
                {
                    l.TransactionId,
                    l.AccountId,
                    l.EventId,
                    l.AmountMicros,
                })
                .ToListAsync(cancellationToken);
            foreach (var row in rows)
                response.Items.Add(Charge(row.TransactionId, row.AccountId, row.EventId, row.AmountMicros));
        }
        return response;
    }

    public async Task<ListHoldsResponse> ListHoldsAsync(ListHoldsRequest request, CancellationToken cancellationToken)
    {
        await using var db = await factory.CreateDbContextAsync(cancellationToken);
        var account = request.After is { UserId: > 0 } last ? Account(last.UserId) : 0;
        var eventId = request.After?.EventId ?? "";
        var rows = await db
            .Holds.AsNoTracking()
            .Where(h => h.AccountId > account || (h.AccountId == account && h.EventId.CompareTo(eventId) > 0))
            .OrderBy(h => h.AccountId)
            .ThenBy(h => h.EventId)
            .Take(Math.Clamp(request.Limit, 1, ListLimit))
            .ToListAsync(cancellationToken);
        var response = new ListHoldsResponse();
        foreach (var row in rows)
            response.Items.Add(new HoldRow { Key = Key(row.AccountId, row.EventId), AmountMicros = row.AmountMicros });
        return response;
    }

    private TimeSpan HoldLifetime => TimeSpan.FromSeconds(options.Value.HoldSeconds);

    private static RefusedException TooMany() => RefusedException.Field("keys", $"must have at most {ListLimit} items");

    private static string EventId(CallKey? key) =>
        EventKey.Problem(key?.EventId ?? "", ownScene: true) is { } problem
            ? throw RefusedException.Field("event_id", problem)
            : key!.EventId;

    private static long Account(ulong? userId) =>
        userId is > 0 and <= long.MaxValue
            ? (long)userId
            : throw RefusedException.Field("user_id", "must be a user's id");

    private static CallKey Key(long account, string eventId) => new() { UserId = (ulong)account, EventId = eventId };

    private static ChargeRow Charge(long transaction, long account, string eventId, long amount) =>
        new()
        {
            TransactionId = (ulong)transaction,
            Key = Key(account, eventId),
            CreditMicros = -amount,
        };

    private GetBalanceResponse Balance(BalanceSnapshot s) =>
        new()
        {
            Found = true,
            BalanceMicros = s.PostedMicros,
            HeldMicros = s.HeldMicros,
            Rev = s.Rev,
            SomeCallsAreFree = s.PostedMicros <= 0 && prices.MayBeFree,
        };
}
