using SmartFlow.Llm.Calls;
using SmartFlow.Platform.Data;

namespace SmartFlow.Llm.Limits;

/// <summary>
/// The windows that a batch of the journal counts in, locked in the order of their names inside the journal's own
/// transaction: what a call takes of a window changes exactly when its row does, in whichever process that is.
/// </summary>
internal sealed class LimitCounts
{
    private const string Lock = "SELECT requests, tokens, credit_micros FROM llm_limit_windows WHERE name = $1";

    private const string Create = """
        INSERT INTO llm_limit_windows (name, user_id, ends_at, requests, tokens, credit_micros, seeded_requests, seeded_tokens, seeded_credit_micros)
        VALUES ($1, $2, $3, $4, $5, $6, $4, $5, $6) ON CONFLICT (name) DO NOTHING
        """;

    private const string Save =
        "UPDATE llm_limit_windows SET requests = $2, tokens = $3, credit_micros = $4 WHERE name = $1";

    private const string State =
        "SELECT state, counted, counted_tokens, hold_micros FROM llm_calls WHERE id = $1 AND owner = $2 AND ($3 = 0 OR started_at = $3)";

    /// <summary>SQLite has one writer at a time and knows no row locks.</summary>
    private readonly string forUpdate;
    private readonly SortedDictionary<string, CallUse> used = new(StringComparer.Ordinal);
    private readonly HashSet<string> changed = [];

    private LimitCounts(bool rowLocks) => forUpdate = rowLocks ? " FOR UPDATE" : "";

    /// <summary>Whether any command of the batch counts in any window.</summary>
    public static bool Count(IReadOnlyList<JournalCommand> commands) =>
        commands.Any(c => c is Start { Limits.Count: > 0 } || c.Ends is { Counted.Length: > 0 });

    /// <summary>Null where no command of the batch counts in any window: then nothing is read.</summary>
    public static async ValueTask<LimitCounts?> LoadAsync(
        Statements sql,
        IReadOnlyList<JournalCommand> commands,
        bool rowLocks
    )
    {
        SortedDictionary<string, (long UserId, LimitWindow? Window)>? names = null;
        foreach (var command in commands)
        {
            if (command is Start start)
                foreach (var window in start.Limits)
                {
                    names ??= new(StringComparer.Ordinal);
                    if (!names.TryGetValue(window.Name, out var known) || known.Window?.Seed is null)
                        names[window.Name] = (start.Call.UserId, window);
                }
            if (command.Ends is { Counted.Length: > 0 } call)
                foreach (var name in LimitWindow.Split(call.Counted))
                    (names ??= new(StringComparer.Ordinal)).TryAdd(name, (call.UserId, null));
        }
        if (names is null)
            return null;
        var counts = new LimitCounts(rowLocks);
        foreach (var name in names.Keys)
            await counts.LockAsync(sql, name);
        foreach (var (name, (userId, window)) in names)
            if (window is not null && !counts.used.ContainsKey(name) && (window.Seed is not null || !window.HasPast))
                await counts.CreateAsync(sql, userId, window);
        return counts;
    }

    /// <summary>A window of this start has no row yet, and what was used in it before has to be looked up.</summary>
    public bool Lacks(Start start) => start.Limits.Any(w => !used.ContainsKey(w.Name));

    /// <summary>Counts a new call, or says what is full; then nothing is counted.</summary>
    public LimitReached? Take(Start start)
    {
        var call = start.Call;
        LimitReached? reached = null;
        foreach (var window in start.Limits)
            if (
                LimitReached.Of(window, used[window.Name], CallUse.Of(call, CallState.Started, window.Name)) is { } full
                && (reached is null || full.ResetsAt > reached.ResetsAt)
            )
                reached = full;
        if (reached is not null)
            return reached;
        foreach (var window in start.Limits)
            Add(window.Name, CallUse.Of(call, CallState.Started, window.Name));
        return null;
    }

    /// <summary>
    /// Counts a call again as running that is taken over from a process that died; the rest of it is counted already.
    /// What runs counts for whoever repeats it.
    /// </summary>
    public LimitReached? TakeOver(Start start, LlmCall earlier)
    {
        var running = start.Limits.Where(w => w.Period == LimitPeriod.Running).ToArray();
        foreach (var window in running)
            if (LimitReached.Of(window, used[window.Name], new(1, 0, 0)) is { } full)
                return full;
        foreach (var window in running)
            Add(window.Name, new(1, 0, 0));
        var kept = LimitWindow.Split(earlier.Counted).Where(n => !LimitWindow.IsRunning(n));
        earlier.Counted = string.Join(' ', kept.Concat(running.Select(w => w.Name)).Order(StringComparer.Ordinal));
        return null;
    }

    /// <summary>
    /// The state of a counted call that this command may end; null where it is not counted, gone, or taken over. What
    /// the row says it counts with is noted in the call: somebody else may have taken it over.
    /// </summary>
    public async ValueTask<string?> StateBeforeAsync(Statements sql, JournalCommand command)
    {
        if (command.Ends is not { Counted.Length: > 0 } call)
            return null;
        string state;
        // As the step itself asks: what is written late must not end a repeat, nor give back what it counts.
        var beginning = command is Fail or Suspend ? UnixMicros.From(call.StartedAt) : 0;
        await using (var row = await sql.QueryAsync(State + forUpdate, call.Id, call.Owner, beginning))
        {
            if (!await row.ReadAsync())
                return null;
            state = row.GetString(0);
            (call.Counted, call.CountedTokens, call.HoldMicros) = (row.GetString(1), row.GetInt64(2), row.GetInt64(3));
        }
        foreach (var name in LimitWindow.Split(call.Counted))
            if (!used.ContainsKey(name))
                await LockAsync(sql, name);
        return state;
    }

    /// <summary>Corrects what a call took: it was in this state before the command.</summary>
    public void End(JournalCommand command, string before)
    {
        var call = command.Ends!;
        foreach (var name in LimitWindow.Split(call.Counted))
        {
            if (!used.ContainsKey(name))
                continue;
            var after = command.StateAfter(before) is { } state ? CallUse.Of(call, state, name) : default;
            Add(name, after - CallUse.Of(call, before, name));
        }
    }

    public async ValueTask SaveAsync(Statements sql)
    {
        foreach (var (name, use) in used)
            if (changed.Contains(name))
                await sql.RunAsync(Save, name, use.Requests, use.Tokens, use.CreditMicros);
    }

    private async ValueTask LockAsync(Statements sql, string name)
    {
        await using var row = await sql.QueryAsync(Lock + forUpdate, name);
        if (await row.ReadAsync())
            used[name] = new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2));
    }

    private async ValueTask CreateAsync(Statements sql, long userId, LimitWindow window)
    {
        var seed = window.Seed ?? default;
        long? endsAt = window.EndsAt is { } end ? UnixMicros.From(end) : null;
        await sql.RunAsync(Create, window.Name, userId, endsAt, seed.Requests, seed.Tokens, seed.CreditMicros);
        await LockAsync(sql, window.Name);
    }

    private void Add(string name, CallUse use)
    {
        if (use == default)
            return;
        used[name] += use;
        changed.Add(name);
    }
}
