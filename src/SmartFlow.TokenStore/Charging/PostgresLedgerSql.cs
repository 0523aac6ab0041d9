using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// The statements of the hot path on PostgreSQL. Each is one set-based statement whatever the size of the batch; what
/// is locked, read and written are separate ones, because waiting for a lock does not refresh a statement's own
/// snapshot. OFFSET 0 keeps each look-up one by its key: a plan made when a table was all but empty, as the holds often
/// are, would otherwise read the whole table for every key, for as long as the connection lives.
/// </summary>
internal sealed record PostgresLedgerSql
{
    /// <summary>System accounts are split so that no two transactions ever wait for one.</summary>
    public const int Shards = 64;

    /// <summary>
    /// Opening accounts shares a daily cap and welcomes a person once: one such batch at a time, before any account.
    /// </summary>
    public string LockOpening { get; init; } = $"SELECT pg_advisory_xact_lock({AdvisoryLocks.OpenAccounts})";

    public string LockAccounts { get; init; } =
        $"SELECT {LedgerSql.AccountColumns} FROM credit_accounts WHERE account_id = ANY($1) ORDER BY account_id FOR NO KEY UPDATE";

    public string Clock { get; init; } = $"SELECT {Micros}, {Epoch}, 0::bigint, 0";

    /// <summary>
    /// With the number of the batch and the first shard that is free, asked from $1 on; none free: $1 itself.
    /// </summary>
    public string ClockAndShard { get; init; } =
        $"""
            SELECT {Micros}, {Epoch}, nextval('credit_batch_ids'), COALESCE((
                SELECT (s + $1) % 64 FROM generate_series(0, 63) AS s WHERE pg_try_advisory_xact_lock({AdvisoryLocks.Shards}, (s + $1) % 64) LIMIT 1), $1 % 64)
            """;

    public string Decisions { get; init; } =
        """
            SELECT k.a, k.k, k.e, f.fingerprint, '' FROM unnest($1, $2, $3) AS k(a, k, e) CROSS JOIN LATERAL (
                SELECT l.fingerprint FROM credit_ledger l WHERE l.account_id = k.a AND l.kind = k.k AND l.event_id = k.e OFFSET 0) f
            UNION ALL
            SELECT k.a, k.k, k.e, f.fingerprint, f.reason FROM unnest($1, $2, $3) AS k(a, k, e) CROSS JOIN LATERAL (
                SELECT r.fingerprint, r.reason FROM credit_rejections r
                WHERE r.account_id = k.a AND r.kind = k.k AND r.event_id = k.e OFFSET 0) f
            """;

    public string Holds { get; init; } =
        """
            SELECT h.account_id, h.event_id, h.amount_micros, h.created_at, h.expires_at
            FROM unnest($1, $2) AS k(a, e) CROSS JOIN LATERAL (
                SELECT * FROM credit_holds h WHERE h.account_id = k.a AND h.event_id = k.e OFFSET 0) h
            """;

    public string LockOrders { get; init; } =
        $"SELECT {LedgerSql.OrderColumns} FROM credit_orders WHERE order_id = ANY($1) ORDER BY order_id FOR UPDATE";

    public string Payments { get; init; } =
        """
            SELECT o.user_id, o.pay_key, o.order_id, o.mock_channel
            FROM unnest($1, $2) AS k(u, k) CROSS JOIN LATERAL (
                SELECT * FROM credit_orders o WHERE o.user_id = k.u AND o.pay_key = k.k OFFSET 0) o
            """;

    public string RewardDays { get; init; } =
        """
            SELECT d.account_id, d.source, d.day, d.micros
            FROM unnest($1, $2, $3) AS k(a, s, d) CROSS JOIN LATERAL (
                SELECT * FROM credit_reward_days d WHERE d.account_id = k.a AND d.source = k.s AND d.day = k.d OFFSET 0) d
            """;

    public string Welcomes { get; init; } = "SELECT subject FROM credit_welcome_grants WHERE subject = ANY($1)";

    public string WelcomesOfDay { get; init; } =
        "SELECT count(DISTINCT account_id) FROM credit_welcome_grants WHERE day = extract(epoch FROM clock_timestamp())::bigint / 86400";

    public string WelcomesOfNetworks { get; init; } =
        "SELECT network, count(DISTINCT account_id) FROM credit_welcome_grants WHERE network = ANY($1) GROUP BY network";

    public string InsertAccounts { get; init; } =
        """
            INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros,
                consumed_micros, created_at, updated_at)
            SELECT id, 0, 0, 0, 0, 0, 0, 0, $2, $2 FROM unnest($1) AS n(id)
            """;

    /// <summary>
    /// The version must be the one that was read: a change outside the locks fails the whole transaction.
    /// </summary>
    public string UpdateAccounts { get; init; } =
        """
            WITH changed AS (
                UPDATE credit_accounts a SET posted_micros = n.posted, held_micros = n.held, seq = n.seq, rev = n.rev,
                    recharged_micros = n.recharged, rewarded_micros = n.rewarded, consumed_micros = n.consumed, updated_at = $10
                FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9) AS n(id, old_rev, posted, held, seq, rev, recharged, rewarded, consumed)
                WHERE a.account_id = n.id AND a.rev = n.old_rev RETURNING 1)
            SELECT credit_require_rows(count(*), $11) FROM changed
            """;

    public string InsertEntries { get; init; } =
        $"""
            INSERT INTO credit_ledger ({LedgerSql.EntryColumns})
            SELECT a, s, k, e, o, m, b, c, $14, f, r, d, j, v, $15
            FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) AS n(a, s, k, e, o, m, b, c, f, r, d, j, v)
            """;

    /// <summary>
    /// The other side of the whole batch: one entry on each system account's shard, which is opened at first use.
    /// </summary>
    public string WriteLegs { get; init; } =
        $$"""
            WITH moved AS (
                INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros,
                    consumed_micros, created_at, updated_at)
                SELECT id, amount, 0, 1, 1, 0, 0, 0, $4, $4 FROM unnest($1, $2) AS leg(id, amount)
                ON CONFLICT (account_id) DO UPDATE SET posted_micros = credit_accounts.posted_micros + excluded.posted_micros,
                    seq = credit_accounts.seq + 1, rev = credit_accounts.rev + 1, updated_at = excluded.updated_at
                RETURNING account_id, posted_micros, seq)
            INSERT INTO credit_ledger ({{LedgerSql.EntryColumns}})
            SELECT m.account_id, m.seq, '{{Kinds.System}}', 'batch:' || m.seq, 'batch', leg.amount, m.posted_micros, 0, $3, 0, NULL, '', '{}', NULL, $4
            FROM moved m JOIN unnest($1, $2) AS leg(id, amount) ON leg.id = m.account_id
            """;

    public string DeleteHolds { get; init; } =
        """
            DELETE FROM credit_holds WHERE ctid = ANY(ARRAY(
                SELECT h.ctid FROM unnest($1, $2) AS k(a, e) CROSS JOIN LATERAL (
                    SELECT ctid FROM credit_holds x WHERE x.account_id = k.a AND x.event_id = k.e OFFSET 0) h))
            """;

    public string PutHolds { get; init; } =
        $"""
            INSERT INTO credit_holds ({LedgerSql.HoldColumns}) SELECT * FROM unnest($1, $2, $3, $4, $5)
            ON CONFLICT (account_id, event_id) DO UPDATE SET
                amount_micros = excluded.amount_micros, created_at = excluded.created_at, expires_at = excluded.expires_at
            """;

    public string AddRollups { get; init; } =
        """
            INSERT INTO credit_rollups (account_id, hour, scene, provider_name, model_name, credit_micros, tokens, calls)
            SELECT a, $8, s, p, m, c, t, n FROM unnest($1, $2, $3, $4, $5, $6, $7) AS r(a, s, p, m, c, t, n)
            ON CONFLICT (account_id, hour, scene, provider_name, model_name) DO UPDATE SET
                credit_micros = credit_rollups.credit_micros + excluded.credit_micros,
                tokens = credit_rollups.tokens + excluded.tokens, calls = credit_rollups.calls + excluded.calls
            """;

    public string CreditOrders { get; init; } =
        """
            WITH credited AS (
                UPDATE credit_orders o SET status = 'credited', paid_at = n.paid, credited_at = $5, pay_key = n.pay_key, mock_channel = n.channel
                FROM unnest($1, $2, $3, $4) AS n(id, paid, pay_key, channel)
                WHERE o.order_id = n.id AND o.status IN ('pending', 'paid') RETURNING 1)
            SELECT credit_require_rows(count(*), $6) FROM credited
            """;

    public string PutRewardDays { get; init; } =
        """
            INSERT INTO credit_reward_days (account_id, source, day, micros) SELECT * FROM unnest($1, $2, $3, $4)
            ON CONFLICT (account_id, source, day) DO UPDATE SET micros = excluded.micros
            """;

    public string InsertRejections { get; init; } =
        """
            INSERT INTO credit_rejections (account_id, kind, event_id, reason, fingerprint, created_at)
            SELECT a, k, e, r, f, $6 FROM unnest($1, $2, $3, $4, $5) AS n(a, k, e, r, f)
            """;

    public string InsertWelcomes { get; init; } =
        "INSERT INTO credit_welcome_grants (subject, account_id, day, network) SELECT * FROM unnest($1, $2, $3, $4)";

    private const string Epoch = $"COALESCE(({LedgerSql.Epoch}), 0)";

    private const string Micros = "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint";
}
