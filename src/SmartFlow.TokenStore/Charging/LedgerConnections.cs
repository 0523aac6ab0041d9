using System.Globalization;
using Npgsql;

namespace SmartFlow.TokenStore.Charging;

/// <summary>
/// The connections of the hot path on PostgreSQL. All its statements look up a few rows by an index, so the planner is
/// told so: a plan that was made while the ledger was empty must not read it whole once it is long. Plans are made once
/// a connection; statements, waits for locks and silence in the middle of a transaction end by themselves.
/// </summary>
internal static class LedgerConnections
{
    private const string ByIndex =
        "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off";

    /// <param name="connectionString">As in Data:ConnectionString.</param>
    public static NpgsqlDataSource Open(string connectionString, TokenStoreOptions options)
    {
        var seconds = options.LedgerStatementSeconds;
        var milliseconds = (seconds * 1_000).ToString(CultureInfo.InvariantCulture);
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var settings =
            $"{given.Options} {ByIndex} -c synchronous_commit=on -c statement_timeout={milliseconds} "
            + $"-c lock_timeout={milliseconds} -c idle_in_transaction_session_timeout={milliseconds}";
        return NpgsqlDataSource.Create(
            new NpgsqlConnectionStringBuilder(connectionString)
            {
                SearchPath = "tokenstore",
                Options = settings.Trim(),
                ApplicationName = "smartflow ledger",
                MaxPoolSize = options.LedgerWorkers + 2,
                MaxAutoPrepare = 64,
                AutoPrepareMinUsages = 2,
                NoResetOnClose = true,
                // Later than the server's own: it only ends the wait for a server that says nothing at all.
                CommandTimeout = seconds + 5,
            }
        );
    }
}
