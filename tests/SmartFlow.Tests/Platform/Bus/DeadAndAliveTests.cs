using System.Globalization;
using System.Net;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using SmartFlow.Contracts.Events;
using SmartFlow.Platform.Outbox;
using SmartFlow.Tests.Llm.Calls;

namespace SmartFlow.Tests.Platform.Bus;

/// <summary>Processes that die between two commits, and processes that are taken for dead.</summary>
public sealed class DeadAndAliveTests(PostgresServer postgres, KafkaBrokers brokers)
{
    /// <summary>
    /// Before the ledger's commit: the event must come again. Before the offset's: it comes again and is charged once.
    /// </summary>
    [Theory(Explicit = true)]
    [InlineData("settle.received")]
    [InlineData("consume.handled/smartflow-token-store-outbox-consumer")]
    public async Task A_consumer_that_dies_before_it_has_committed_its_offset_gets_the_event_again(string step)
    {
        await using var provider = await FakeProvider.StartAsync();
        var (cluster, folder) = (await brokers.NewClusterAsync(), TestFolders.New());
        (string, string)[] settings =
        [
            ("SMARTFLOW_LLM_BASE_URL", provider.BaseUrl),
            ("SMARTFLOW_LLM_MODEL", CallFixture.Model),
            ("Bus__Kafka__BootstrapServers", cluster.Servers),
        ];
        string token;
        await using (var before = await SmartFlowProcess.StartAsync(folder, settings))
        {
            token = await SignUpAsync(before, "mei");
            // What registration told the others is done, offsets included.
            await before.StopAsync();
        }
        await using (var host = await SmartFlowProcess.StartAsync(folder, [.. settings, ("SMARTFLOW_FAULT", step)]))
        {
            host.SignIn(token);
            try
            {
                await CallAsync(host);
            }
            catch (HttpRequestException)
            {
                // It died, as it should.
            }
            await host.DiedAsync(step);
        }
        await using (var again = await SmartFlowProcess.StartAsync(folder, settings))
        {
            again.SignIn(token);
            await Eventually.IsTrueAsync(
                async () => (await SummaryAsync(again)).GetProperty("held_micros").GetInt64() == 0,
                "the hold is settled"
            );
            (await again.Http.SendAsync(HttpMethod.Get, "/api/v1/credit-store/transactions?source=charge"))
                .ShouldBe(HttpStatusCode.OK)
                .Json.GetProperty("page")
                .GetProperty("total")
                .GetInt32()
                .ShouldBe(1);
            await again.StopAsync();
        }
        var (code, output) = await SmartFlowProcess.RunAsync(folder, "reconcile");
        code.ShouldBe(0, output);
        TestFolders.Delete(folder);
    }

    [Theory(Explicit = true)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_owner_that_wakes_up_after_another_took_over_changes_nothing(bool onKafka)
    {
        const int users = 4;
        var (database, folders) = (await postgres.NewDatabaseAsync(), new[] { TestFolders.New(), TestFolders.New() });
        (string, string)[] settings =
        [
            ("Data__ConnectionString", database),
            ("Bus__Kafka__BootstrapServers", onKafka ? (await brokers.NewClusterAsync()).Servers : ""),
        ];
        await using var zombie = await SmartFlowProcess.StartAsync(folders[0], settings);
        for (var i = 1; i <= users; i++)
            await SignUpAsync(zombie, $"user{i}");
        await using var other = await SmartFlowProcess.StartAsync(folders[1], settings);
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync();
        var ids = await UsersAsync(connection);
        ids.Length.ShouldBe(users);
        // Each account is opened by an event of its own.
        await Eventually.IsTrueAsync(
            async () =>
                await CountAsync(
                    connection,
                    $"SELECT count(*) FROM tokenstore.credit_accounts WHERE account_id IN ({string.Join(',', ids)})"
                ) == users,
            "the accounts are open"
        );

        using var enough = new CancellationTokenSource();
        var (written, writing) = (0, Task.CompletedTask);
        writing = Task.Run(async () =>
        {
            await using var writer = new NpgsqlConnection(database);
            await writer.OpenAsync();
            for (; !enough.IsCancellationRequested; written++)
                foreach (var user in ids)
                    await ChargeAsync(writer, user, written);
        });
        await BookedAsync(20);
        await zombie.SuspendAsync();
        var asleep = Volatile.Read(ref written);
        // Nobody but the other can have booked these.
        await BookedAsync(asleep + 200);
        await zombie.ResumeAsync();
        await BookedAsync(Volatile.Read(ref written) + 200);
        await enough.CancelAsync();
        await writing;
        await BookedAsync(written);

        foreach (var user in ids)
            (await ChargesAsync(connection, user)).ShouldBe(
                Enumerable.Range(0, written).Select(i => i.ToString("00000", CultureInfo.InvariantCulture))
            );
        await Eventually.IsTrueAsync(
            async () => await CountAsync(connection, "SELECT count(*) FROM llm.outbox_messages") == 0,
            "the outbox is empty"
        );
        (await zombie.Http.GetAsync("/readyz")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await zombie.StopAsync();
        await other.StopAsync();
        foreach (var folder in folders)
            TestFolders.Delete(folder);

        Task BookedAsync(int each) =>
            Eventually.IsTrueAsync(
                async () =>
                    await CountAsync(
                        connection,
                        $"SELECT count(*) FROM tokenstore.credit_ledger WHERE kind = 'call' AND account_id IN ({string.Join(',', ids)})"
                    )
                    >= (long)each * users,
                $"{each} charges of each user are booked"
            );
    }

    private static async Task<string> SignUpAsync(SmartFlowProcess host, string name)
    {
        var answer = await host.Http.PostAsync(
            "/api/v1/auth/register",
            new { username = name, password = TestUser.DefaultPassword }
        );
        var token = answer.ShouldBe(HttpStatusCode.Created).Json.GetProperty("access_token").GetString()!;
        host.SignIn(token);
        return token;
    }

    private static async Task<JsonElement> SummaryAsync(SmartFlowProcess host) =>
        (await host.Http.SendAsync(HttpMethod.Get, "/api/v1/credit-store/summary")).ShouldBe(HttpStatusCode.OK).Json;

    private static async Task CallAsync(SmartFlowProcess host)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
        {
            Content = new StringContent(
                JsonSerializer.Serialize(
                    new
                    {
                        model = CallFixture.Model,
                        max_tokens = 50,
                        messages = new[] { new { role = "user", content = "Hi" } },
                    }
                ),
                null,
                "application/json"
            ),
        };
        request.Headers.Add("Idempotency-Key", "k");
        using var answer = await host.Http.SendAsync(request);
    }

    private static async Task ChargeAsync(NpgsqlConnection connection, long user, int number)
    {
        var id = number.ToString("00000", CultureInfo.InvariantCulture);
        await using var insert = new NpgsqlCommand(
            """
            INSERT INTO llm.outbox_messages (event_id, name, key, payload, traceparent, created_at)
            VALUES ($1, $2, $3, $4, '', (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
            """,
            connection
        );
        insert.Parameters.Add(new NpgsqlParameter { Value = $"charge:{user}:{id}" });
        insert.Parameters.Add(new NpgsqlParameter { Value = EventNames.CreditChargeRequested });
        insert.Parameters.Add(new NpgsqlParameter { Value = user.ToString(CultureInfo.InvariantCulture) });
        insert.Parameters.Add(
            new NpgsqlParameter
            {
                Value = EventJson.Write(Charges.Of((ulong)user, id)),
                NpgsqlDbType = NpgsqlDbType.Bytea,
            }
        );
        await insert.ExecuteNonQueryAsync();
    }

    private static async Task<long[]> UsersAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(
            "SELECT array_agg(id) FROM userauth.users WHERE username LIKE 'user%'",
            connection
        );
        return (long[])(await command.ExecuteScalarAsync())!;
    }

    private static async Task<string[]> ChargesAsync(NpgsqlConnection connection, long user)
    {
        await using var command = new NpgsqlCommand(
            "SELECT array_agg(event_id::text ORDER BY seq) FROM tokenstore.credit_ledger WHERE account_id = $1 AND kind = 'call'",
            connection
        );
        command.Parameters.Add(new NpgsqlParameter { Value = user });
        return (string[])(await command.ExecuteScalarAsync())!;
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
