namespace SmartFlow.TokenStore.Reconcile;

/// <summary>
/// The identities of the ledger as queries that find what breaks them, for SQLite and PostgreSQL alike. Each row is an
/// account, a ledger sequence (0: none), a name, the number found and the number expected; $1 is the most rows.
/// </summary>
internal static class LedgerAuditSql
{
    /// <summary>
    /// Sequences 1, 2, 3 … and each balance_after the one before plus the amount: the first break of each account.
    /// </summary>
    public const string Chain = """
        SELECT account_id, seq, what, found, expected FROM (
            SELECT account_id, seq, what, found, expected, ROW_NUMBER() OVER (PARTITION BY account_id ORDER BY seq) AS nth
            FROM (
                SELECT account_id, seq,
                    CASE WHEN seq <> before_seq + 1 THEN 'sequence' ELSE 'balance_after' END AS what,
                    CASE WHEN seq <> before_seq + 1 THEN seq ELSE balance_after_micros END AS found,
                    CASE WHEN seq <> before_seq + 1 THEN before_seq + 1 ELSE before_micros + amount_micros END AS expected,
                    seq <> before_seq + 1 OR balance_after_micros <> before_micros + amount_micros AS broken
                FROM (
                    SELECT account_id, seq, amount_micros, balance_after_micros,
                        COALESCE(LAG(seq) OVER (PARTITION BY account_id ORDER BY seq), 0) AS before_seq,
                        COALESCE(LAG(balance_after_micros) OVER (PARTITION BY account_id ORDER BY seq), 0) AS before_micros
                    FROM credit_ledger) steps) entries
            WHERE broken) breaks
        WHERE nth = 1 ORDER BY account_id LIMIT $1
        """;

    /// <summary>An account's own row against the sums of its ledger.</summary>
    public const string Accounts = $"""
        SELECT account_id, seq, what, found, expected FROM (
            {AccountSums}
            SELECT account_id, seq, 'balance' AS what, posted_micros AS found, ledger AS expected FROM sums
            UNION ALL SELECT account_id, seq, 'sequence', seq, entries FROM sums
            UNION ALL SELECT account_id, seq, 'total_recharged', recharged_micros, recharged FROM sums WHERE account_id > 0
            UNION ALL SELECT account_id, seq, 'total_rewarded', rewarded_micros, rewarded FROM sums WHERE account_id > 0
            UNION ALL SELECT account_id, seq, 'total_consumed', consumed_micros, consumed FROM sums WHERE account_id > 0) compared
        WHERE found <> expected ORDER BY account_id, what LIMIT $1
        """;

    public const string LedgerWithoutAccount = """
        SELECT l.account_id, MIN(l.seq), 'entries', COUNT(*), 0 FROM credit_ledger l
        WHERE NOT EXISTS (SELECT 1 FROM credit_accounts a WHERE a.account_id = l.account_id)
        GROUP BY l.account_id ORDER BY l.account_id LIMIT $1
        """;

    public const string AllAccounts = """
        SELECT 0, 0, 'all accounts', CAST(COALESCE(SUM(posted_micros), 0) AS BIGINT), 0 FROM credit_accounts
        HAVING COALESCE(SUM(posted_micros), 0) <> 0 LIMIT $1
        """;

    public const string Batches = """
        SELECT MAX(account_id), 0, 'batch ' || batch_id || ' from transaction ' || MIN(transaction_id), CAST(SUM(amount_micros) AS BIGINT), 0
        FROM credit_ledger GROUP BY batch_id HAVING SUM(amount_micros) <> 0 ORDER BY batch_id LIMIT $1
        """;

    public const string Holds = """
        SELECT account_id, 0, 'held', found, expected FROM (
            SELECT a.account_id, a.held_micros AS found,
                CAST(COALESCE((SELECT SUM(h.amount_micros) FROM credit_holds h WHERE h.account_id = a.account_id), 0) AS BIGINT) AS expected
            FROM credit_accounts a
            UNION ALL
            SELECT h.account_id, 0, CAST(SUM(h.amount_micros) AS BIGINT) FROM credit_holds h
            WHERE NOT EXISTS (SELECT 1 FROM credit_accounts a WHERE a.account_id = h.account_id) GROUP BY h.account_id) compared
        WHERE found <> expected ORDER BY account_id LIMIT $1
        """;

    /// <summary>The dashboard's "all" against the charges.</summary>
    public const string Rollups = """
        SELECT account_id, 0, what, CAST(SUM(found) AS BIGINT), CAST(SUM(expected) AS BIGINT) FROM (
            SELECT account_id, 'consumed' AS what, credit_micros AS found, 0 AS expected FROM credit_rollups
            UNION ALL SELECT account_id, 'consumed', 0, -amount_micros FROM credit_ledger WHERE kind IN ('call', 'refund')
            UNION ALL SELECT account_id, 'calls', calls, 0 FROM credit_rollups
            UNION ALL SELECT account_id, 'calls', 0, 1 FROM credit_ledger WHERE kind = 'call') compared
        GROUP BY account_id, what HAVING SUM(found) <> SUM(expected) ORDER BY account_id, what LIMIT $1
        """;

    /// <summary>An order is credited exactly where the ledger has its one entry, of its amount.</summary>
    public const string Orders = """
        SELECT account_id, seq, 'order ' || order_id, found, expected FROM (
            SELECT o.user_id AS account_id, COALESCE(l.seq, 0) AS seq, o.order_id, COALESCE(l.amount_micros, 0) AS found,
                CASE WHEN o.status = 'credited' THEN o.credit_amount * 1000000 ELSE 0 END AS expected
            FROM credit_orders o
            LEFT JOIN credit_ledger l ON l.account_id = o.user_id AND l.kind = 'order' AND l.event_id = 'order:' || o.order_id
            UNION ALL
            SELECT l.account_id, l.seq, COALESCE(l.order_id, 0), l.amount_micros, 0 FROM credit_ledger l
            LEFT JOIN credit_orders o ON o.order_id = l.order_id AND o.user_id = l.account_id AND l.event_id = 'order:' || o.order_id
            WHERE l.kind = 'order' AND l.kind <> 'call' AND l.account_id > 0 AND o.order_id IS NULL) compared
        WHERE found <> expected ORDER BY account_id, order_id LIMIT $1
        """;

    /// <summary>A refund compensates a charge of its account, and at most what the charge came to.</summary>
    public const string Refunds = """
        SELECT account_id, seq, what, found, expected FROM (
            SELECT r.account_id, r.seq, 'refund of transaction ' || r.reverses AS what, r.amount_micros AS found,
                COALESCE((
                    SELECT CAST(-c.amount_micros - COALESCE((
                        SELECT SUM(x.amount_micros) FROM credit_ledger x
                        WHERE x.account_id = c.account_id AND x.kind = 'refund' AND x.event_id LIKE 'rerate:' || c.transaction_id || ':%'), 0) AS BIGINT)
                    FROM credit_ledger c
                    WHERE c.transaction_id = r.reverses AND c.account_id = r.account_id AND c.kind = 'call' AND c.event_id = r.event_id), 0) AS expected
            FROM credit_ledger r WHERE r.kind = 'refund' AND r.reverses IS NOT NULL) compared
        WHERE found <= 0 OR found > expected ORDER BY account_id, seq LIMIT $1
        """;

    private const string AccountSums = """
        WITH sums AS (
            SELECT a.account_id, a.seq, a.posted_micros, a.recharged_micros, a.rewarded_micros, a.consumed_micros,
                COUNT(l.seq) AS entries,
                CAST(COALESCE(SUM(l.amount_micros), 0) AS BIGINT) AS ledger,
                CAST(COALESCE(SUM(CASE WHEN l.kind = 'order' THEN l.amount_micros END), 0) AS BIGINT) AS recharged,
                CAST(COALESCE(-SUM(CASE WHEN l.kind IN ('call', 'refund') THEN l.amount_micros END), 0) AS BIGINT) AS consumed,
                CAST(COALESCE(SUM(CASE WHEN l.kind NOT IN ('order', 'call', 'refund') THEN l.amount_micros END), 0) AS BIGINT) AS rewarded
            FROM credit_accounts a LEFT JOIN credit_ledger l ON l.account_id = a.account_id
            GROUP BY a.account_id)
        """;
}
