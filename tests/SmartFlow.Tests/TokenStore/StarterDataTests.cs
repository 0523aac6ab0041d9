using Microsoft.Data.Sqlite;

namespace SmartFlow.Tests.TokenStore;

public sealed class StarterDataTests
{
    [Theory]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task A_second_start_adds_nothing_and_keeps_what_an_operator_changed(string environment)
    {
        var folder = TestFolders.New();
        try
        {
            long[] first;
            await using (var app = await StartAsync(folder, environment))
            {
                first = Counts(folder);
                app.Tamper("UPDATE credit_products SET price_cent = 1234 WHERE code = 'credit_starter_1000'");
            }
            await using (await StartAsync(folder, environment))
                Counts(folder).ShouldBe(first);
            first.ShouldBe([5, 2, 2, 4]);
            Count(folder, "SELECT price_cent FROM credit_products WHERE code = 'credit_starter_1000'").ShouldBe(1234);
        }
        finally
        {
            TestFolders.Delete(folder);
        }
    }

    private static Task<SmartFlowApp> StartAsync(string folder, string environment) =>
        SmartFlowApp.StartAsync(s => (s.DataFolder, s.Environment) = (folder, environment));

    private static long[] Counts(string folder) =>
        [
            Count(folder, "SELECT count(*) FROM credit_products"),
            Count(folder, "SELECT count(*) FROM credit_price_rules"),
            Count(folder, "SELECT count(*) FROM credit_reward_rules"),
            Count(folder, "SELECT count(*) FROM credit_accounts WHERE account_id < 0"),
        ];

    private static long Count(string folder, string sql)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(folder, "tokenstore.db")};Pooling=False;Mode=ReadOnly"
        );
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }
}
