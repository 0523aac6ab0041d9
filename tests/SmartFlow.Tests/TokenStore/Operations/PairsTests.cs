namespace SmartFlow.Tests.TokenStore.Operations;

/// <summary>
/// Whatever an operator does, users go on, and the other way round: every pair of acts at once, several of each.
/// </summary>
public sealed class PairsTests(PostgresServer postgres)
{
    private const int AtOnce = 4;
    private int next;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_act_of_an_operator_stands_in_the_way_of_a_users(bool onPostgres)
    {
        await using var app = await SmartFlowApp.StartAsync(onPostgres ? postgres : null);
        var (mei, boss) = (await app.SignUpAsync(), await app.OperatorAsync());
        Dictionary<string, Func<Task<Answer>>> operators = new()
        {
            ["refunds"] = async () =>
            {
                var call = $"sf:refund:{Next()}";
                await app.ChargeAsync(mei, 1_000, call);
                return await boss.PostAsync(
                    OperatorDesk.Admin + "refunds",
                    new
                    {
                        user_id = mei.Id,
                        event_id = call,
                        reason = "because",
                    }
                );
            },
            ["adjusts"] = () => boss.AdjustAsync(mei.Id, 1_000_000, "because", $"adjust-{Next()}"),
            ["prices"] = () =>
                boss.PostAsync(
                    OperatorDesk.Admin + "price-rules",
                    new
                    {
                        scene = "*",
                        provider_name = "p",
                        model_name = $"m{Next()}",
                        input_price_micros = 1_000,
                        output_price_micros = 1_000,
                        confirm = true,
                    }
                ),
            ["reconciles"] = () => boss.PostAsync(OperatorDesk.Admin + "reconciliation", new { }),
            ["looks"] = () => boss.GetAsync(OperatorDesk.Admin + "accounts"),
        };
        Dictionary<string, Func<Task<Answer>>> users = new()
        {
            ["registers"] = () =>
                app.Anonymous.PostAsync(
                    "/api/v1/auth/register",
                    new { username = $"user{Next()}", password = TestUser.DefaultPassword }
                ),
            ["buys"] = async () =>
            {
                var order = await app.OrderAsync(
                    mei,
                    await app.PackAsync(mei, "credit_starter_1000"),
                    1,
                    $"order-{Next()}"
                );
                return await app.PayAsync(mei, order.Json.GetProperty("order_id").GetInt64(), $"pay-{Next()}");
            },
            ["is charged"] = async () =>
            {
                await app.ChargeAsync(mei, 1_000, $"sf:call:{Next()}");
                return await mei.GetAsync("/api/v1/credit-store/summary");
            },
            ["looks"] = () => mei.GetAsync("/api/v1/credit-store/consumption-dashboard"),
        };

        foreach (var (act, operate) in operators)
        foreach (var (use, of) in users)
        {
            var answers = Enumerable.Range(0, AtOnce).SelectMany(_ => new[] { operate(), of() });
            foreach (var answer in await Task.WhenAll(answers).WaitAsync(TimeSpan.FromSeconds(10)))
                // Two reconciliations at once are one.
                if (!answer.Text.Contains("in_flight", StringComparison.Ordinal))
                    ((int)answer.Status).ShouldBeLessThan(300, $"an operator {act} while a user {use}: {answer.Text}");
        }
        await app.LedgerShouldAgreeAsync();
    }

    private int Next() => Interlocked.Increment(ref next);
}
