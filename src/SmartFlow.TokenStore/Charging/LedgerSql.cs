using System.Data.Common;
using SmartFlow.Platform.Data;

namespace SmartFlow.TokenStore.Charging;

/// <summary>The raw SQL of the hot path, and how its rows are read. Parameters are positional.</summary>
internal static class LedgerSql
{
    public const string AccountColumns =
        "account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros, consumed_micros, created_at";
    public const string HoldColumns = "account_id, event_id, amount_micros, created_at, expires_at";
    public const string OrderColumns = "order_id, user_id, credit_amount, status, product_name, paid_at";

    public const string Account = $"SELECT {AccountColumns} FROM credit_accounts WHERE account_id = $1";

    public const string Decision = """
        SELECT fingerprint, '' FROM credit_ledger WHERE account_id = $1 AND kind = $2 AND event_id = $3
        UNION ALL
        SELECT fingerprint, reason FROM credit_rejections WHERE account_id = $1 AND kind = $2 AND event_id = $3
        LIMIT 1
        """;

    public const string Hold = $"SELECT {HoldColumns} FROM credit_holds WHERE account_id = $1 AND event_id = $2";
    public const string Order = $"SELECT {OrderColumns} FROM credit_orders WHERE order_id = $1";
    public const string Payment =
        "SELECT order_id, mock_channel FROM credit_orders WHERE user_id = $1 AND pay_key = $2";
    public const string RewardDay =
        "SELECT micros FROM credit_reward_days WHERE account_id = $1 AND source = $2 AND day = $3";
    public const string Welcome = "SELECT 1 FROM credit_welcome_grants WHERE subject = $1";
    public const string WelcomesOfDay = "SELECT count(DISTINCT account_id) FROM credit_welcome_grants WHERE day = $1";
    public const string WelcomesOfNetwork =
        "SELECT count(DISTINCT account_id) FROM credit_welcome_grants WHERE network = $1";

    public const string InsertAccount = """
        INSERT INTO credit_accounts (account_id, posted_micros, held_micros, seq, rev, recharged_micros, rewarded_micros,
            consumed_micros, created_at, updated_at)
        VALUES ($1, 0, 0, 0, 0, 0, 0, 0, $2, $2)
        """;

    public const string UpdateAccount = """
        UPDATE credit_accounts SET posted_micros = $3, held_micros = $4, seq = $5, rev = $6, recharged_micros = $7,
            rewarded_micros = $8, consumed_micros = $9, updated_at = $10
        WHERE account_id = $1 AND rev = $2
        """;

    public const string EntryColumns =
        "account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, batch_id, "
        + "fingerprint, order_id, description, metadata_json, reverses, created_at";

    public const string InsertEntry =
        $"INSERT INTO credit_ledger ({EntryColumns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)";

    public const string DeleteHold = "DELETE FROM credit_holds WHERE account_id = $1 AND event_id = $2";

    public const string PutHold = $"""
        INSERT INTO credit_holds ({HoldColumns}) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (account_id, event_id) DO UPDATE SET
            amount_micros = excluded.amount_micros, created_at = excluded.created_at, expires_at = excluded.expires_at
        """;

    public const string AddRollup = """
        INSERT INTO credit_rollups (account_id, hour, scene, provider_name, model_name, credit_micros, tokens, calls)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (account_id, hour, scene, provider_name, model_name) DO UPDATE SET
            credit_micros = credit_rollups.credit_micros + excluded.credit_micros,
            tokens = credit_rollups.tokens + excluded.tokens, calls = credit_rollups.calls + excluded.calls
        """;

    public const string CreditOrder = """
        UPDATE credit_orders SET status = 'credited', paid_at = $2, credited_at = $3, pay_key = $4, mock_channel = $5
        WHERE order_id = $1 AND status IN ('pending', 'paid')
        """;

    public const string PutRewardDay = """
        INSERT INTO credit_reward_days (account_id, source, day, micros) VALUES ($1, $2, $3, $4)
        ON CONFLICT (account_id, source, day) DO UPDATE SET micros = excluded.micros
        """;

    public const string InsertRejection = """
        INSERT INTO credit_rejections (account_id, kind, event_id, reason, fingerprint, created_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        """;

    public const string InsertWelcome =
        "INSERT INTO credit_welcome_grants (subject, account_id, day, network) VALUES ($1, $2, $3, $4)";

    public const string EnsureAccount = InsertAccount + " ON CONFLICT (account_id) DO NOTHING";

    public const string MoveSystemAccount =
        "UPDATE credit_accounts SET posted_micros = $2, seq = $3, rev = rev + 1, updated_at = $4 WHERE account_id = $1";

    /// <summary>Batches are numbered upwards and transactions too.</summary>
    public const string LastBatch = "SELECT batch_id FROM credit_ledger ORDER BY transaction_id DESC LIMIT 1";

    public const string Epoch = "SELECT epoch FROM credit_epochs WHERE id = 1";

    public static CreditAccount ReadAccount(DbDataReader row) =>
        new()
        {
            AccountId = row.GetInt64(0),
            PostedMicros = row.GetInt64(1),
            HeldMicros = row.GetInt64(2),
            Seq = row.GetInt64(3),
            Rev = row.GetInt64(4),
            RechargedMicros = row.GetInt64(5),
            RewardedMicros = row.GetInt64(6),
            ConsumedMicros = row.GetInt64(7),
            CreatedAt = UnixMicros.ToTime(row.GetInt64(8)),
        };

    public static CreditHold ReadHold(DbDataReader row) =>
        new()
        {
            AccountId = row.GetInt64(0),
            EventId = row.GetString(1),
            AmountMicros = row.GetInt64(2),
            CreatedAt = UnixMicros.ToTime(row.GetInt64(3)),
            ExpiresAt = UnixMicros.ToTime(row.GetInt64(4)),
        };

    /// <summary>Only what the fold needs of an order.</summary>
    public static CreditOrder ReadOrder(DbDataReader row) =>
        new()
        {
            OrderId = row.GetInt64(0),
            UserId = row.GetInt64(1),
            CreditAmount = row.GetInt64(2),
            Status = row.GetString(3),
            ProductName = row.GetString(4),
            PaidAt = row.IsDBNull(5) ? null : UnixMicros.ToTime(row.GetInt64(5)),
            OrderNo = "",
            ProductSnapshot = "",
            Currency = "",
            PaymentMode = "",
            IdempotencyKey = "",
        };
}
