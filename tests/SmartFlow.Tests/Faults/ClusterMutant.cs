namespace SmartFlow.Tests.Faults;

/// <summary>
/// A defect that every TokenStore process gets on its way to PostgreSQL: a matrix that does not notice it proves
/// nothing. The program itself has no switch for it.
/// </summary>
/// <param name="Name">What is missing.</param>
/// <param name="Fault">The row under which it must show.</param>
/// <param name="Statements">Parts of the ledger's statements, and what they become.</param>
/// <param name="Sql">What the database is told beforehand; empty: nothing.</param>
internal sealed record ClusterMutant(
    string Name,
    string Fault,
    (string Of, string By)[] Statements,
    params string[] Sql
)
{
    public static IReadOnlyList<ClusterMutant> All { get; } =
    [
        new(
            "no sort",
            "PostgreSQL slow",
            [("ORDER BY account_id FOR NO KEY", "ORDER BY random()  FOR NO KEY")],
            "ALTER SYSTEM SET deadlock_timeout = '20ms'"
        ),
        new(
            "no dedupe",
            "every charge delivered twice",
            [("l.event_id = k.e", "l.event_id = 'x'")],
            "DROP INDEX tokenstore.ux_credit_ledger_charge_key"
        ),
        new("no fence", "none", [("FOR NO KEY UPDATE", ""), ("AND a.rev = n.old_rev", "AND n.old_rev >= 0")]),
        new(
            "no flush",
            "PostgreSQL crashed and started",
            [],
            "ALTER SYSTEM SET synchronous_commit = off",
            "ALTER SYSTEM SET wal_writer_delay = '10s'"
        ),
        new(
            "sequence with a cache of 50",
            "none",
            [],
            "ALTER SEQUENCE tokenstore.credit_ledger_transaction_id_seq CACHE 50"
        ),
    ];

    /// <summary>Onto a cluster that runs.</summary>
    /// <returns>What shows afterwards that it was there.</returns>
    public async Task<Func<bool>> ApplyAsync(Cluster cluster)
    {
        var books = new ClusterBooks(cluster.OpenDatabase);
        foreach (var sql in Sql)
            await books.RunAsync(sql);
        await books.RunAsync("SELECT pg_reload_conf()");
        var wires = cluster.Stores.Select(s => cluster.WireOf(s, "postgres")).ToArray();
        foreach (var wire in wires)
            wire.Alter(Statements);
        // What a connection has prepared it would not send again.
        await books.RunAsync(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        );
        return () => Statements.Length == 0 || wires.All(w => w.Altered > 0);
    }
}
