using Npgsql;

namespace SmartFlow.Tests.Forum;

public sealed class ForumAuditTests(PostgresServer postgres)
{
    /// <summary>The command that reconciles has every module, wherever it runs.</summary>
    [Fact]
    public async Task Where_there_never_was_a_plaza_nothing_differs()
    {
        var database = await postgres.NewDatabaseAsync();
        await using var app = await SmartFlowApp.StartAsync(s => s.Settings["Data:ConnectionString"] = database);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand("DROP SCHEMA forum CASCADE", connection);
        await drop.ExecuteNonQueryAsync();
        (await app.AuditAsync()).ShouldBeEmpty();
    }
}
