namespace SmartFlow.Bench.Ledger;

/// <summary>
/// The baseline: one transaction for each charge, the same tables and the same double entry, written as a careful
/// engineer would write it by hand: the account, its entry, its roll-up, then the one row of our own; the unique key is
/// the dedupe.
/// </summary>
internal static class OneByOne
{
    /// <summary>
    /// For pgbench; the variable n is the number of accounts. A colon before a word or a number would be a variable.
    /// </summary>
    public const string Script = """
        \set account random(1, :n)
        BEGIN;
        UPDATE credit_accounts SET posted_micros = posted_micros - 900, seq = seq + 1, rev = rev + 1,
            consumed_micros = consumed_micros + 900, updated_at = 1 WHERE account_id = :account RETURNING posted_micros AS posted, seq AS seq \gset
        INSERT INTO credit_ledger (account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, batch_id,
            fingerprint, order_id, description, metadata_json, reverses, created_at)
            VALUES (:account, :seq, 'call', gen_random_uuid()::text, 'charge', -900, :posted, -3, 1, 1, NULL, 'gpt-large · agent.chat',
            '{"scene":"agent.chat","provider_name":"openai","model_name":"gpt-large","price_rule_id": 1,"price_rule_version": 1,"input_tokens": 812,"output_tokens": 304,"cached_tokens": 128,"cache_write_tokens": 0,"reasoning_tokens": 64,"estimated": false,"cost_micro_yuan": 9000,"outcome":"completed","conversation_id":"01938d5e-7b7c-7a3e-9d3c-000000000000"}',
            NULL, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
        INSERT INTO credit_rollups (account_id, hour, scene, provider_name, model_name, credit_micros, tokens, calls)
            VALUES (:account, 500000, 'agent.chat', 'openai', 'gpt-large', 900, 1308, 1)
            ON CONFLICT (account_id, hour, scene, provider_name, model_name) DO UPDATE SET
            credit_micros = credit_rollups.credit_micros + excluded.credit_micros, tokens = credit_rollups.tokens + excluded.tokens,
            calls = credit_rollups.calls + excluded.calls;
        UPDATE credit_accounts SET posted_micros = posted_micros + 900, seq = seq + 1, rev = rev + 1, updated_at = 1
            WHERE account_id = -3 RETURNING posted_micros AS rposted, seq AS rseq \gset
        INSERT INTO credit_ledger (account_id, seq, kind, event_id, source, amount_micros, balance_after_micros, counter_account_id, batch_id,
            fingerprint, order_id, description, metadata_json, reverses, created_at)
            VALUES (-3, :rseq, 'system', 'batch:' || :rseq, 'batch', 900, :rposted, 0, 1, 0, NULL, '', '{}', NULL,
            (extract(epoch FROM clock_timestamp()) * 1000000)::bigint);
        COMMIT;
        """;
}
