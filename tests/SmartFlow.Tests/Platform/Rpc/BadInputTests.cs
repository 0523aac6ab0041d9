using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.Data.Sqlite;
using SmartFlow.Contracts.Ledger;
using Smartflow.Tokenstore;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>
/// Every field of every method of the TokenStore with values that it must not take: the right status, nothing written.
/// </summary>
public sealed class BadInputTests
{
    private const string Sql = "'; DROP TABLE accounts; --";
    private const string Script = "<script>alert('you and me')</script>";
    private const string Nul = "a\0b";
    private static readonly string Huge = new('x', 1_000_000);
    private static readonly string[] NoKeys = ["", Sql, Script, Huge, Nul, "ключ", "\n"];
    private static readonly string[] NoWords = [Sql, Script, Huge, Nul, "nonsense", "ALL", " "];

    [Fact]
    public async Task Every_field_is_refused_with_its_status_and_nothing_is_written()
    {
        await using var app = await SmartFlowApp.StartAsync(SmartFlowApp.OpenRpc);
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, 1_000_000, "call-1");
        using var channel = app.Channel();
        var before = Rows(app);
        before["credit_ledger"].ShouldBeGreaterThan(0);
        var (cases, wrong) = (0, new List<string>());
        foreach (var method in TokenstoreReflection.Descriptor.Services[0].Methods)
        foreach (var (field, value, expected) in Cases(method))
        {
            var request = Valid(method, mei.Id);
            field.Accessor.SetValue(request, value);
            var status = await WideNumbersTests.StatusAsync(channel, method, request);
            if (status != expected)
                wrong.Add($"{method.Name} {field.Name}={Short(value)}: {status}, not {expected}");
            cases++;
        }
        wrong.ShouldBeEmpty();
        cases.ShouldBeGreaterThan(200);
        // The two rewards for accounts that nobody has opened are refused for ever, which the ledger remembers.
        Rows(app).Except(before).ShouldBe([new("credit_rejections", before["credit_rejections"] + 2)]);
    }

    [Fact]
    public async Task The_internal_ledger_refuses_what_no_module_should_send()
    {
        await using var app = await SmartFlowApp.StartAsync(SmartFlowApp.OpenRpc);
        var mei = await app.SignUpAsync();
        using var channel = app.Channel();
        var before = Rows(app);
        var service = LedgerReflection.Descriptor.Services[0];
        IMessage[] bad =
        [
            new OpenAccountRequest(),
            new OpenAccountRequest { UserId = ulong.MaxValue },
            new ReserveRequest(),
            new ReserveRequest
            {
                Key = new() { UserId = mei.Id },
                AmountMicros = 1,
            },
            new ReserveRequest
            {
                Key = new() { UserId = mei.Id, EventId = Huge },
                AmountMicros = 1,
            },
            new ReserveRequest
            {
                Key = new() { UserId = mei.Id, EventId = "e" },
                AmountMicros = long.MinValue,
            },
            new ReserveRequest
            {
                Key = new() { EventId = "e" },
                AmountMicros = 1,
            },
            new ReleaseRequest(),
            new ReleaseRequest
            {
                Key = new() { UserId = mei.Id, EventId = Sql },
            },
            new RenewHoldsRequest { Keys = { new CallKey() } },
            new ListChargesRequest { AfterTransactionId = ulong.MaxValue },
            new ListHoldsRequest { After = new() { UserId = ulong.MaxValue } },
            new FindChargesRequest { Keys = { new CallKey() } },
            new GetBalanceRequest(),
            new GetBalanceRequest { UserId = ulong.MaxValue },
        ];
        foreach (var request in bad)
        {
            var method = service.Methods.Single(m => m.InputType == request.Descriptor);
            (await WideNumbersTests.StatusAsync(channel, method, request)).ShouldBe(
                StatusCode.InvalidArgument,
                $"{method.Name} {Short(request)}"
            );
        }
        var most = new ReserveRequest
        {
            Key = new() { UserId = mei.Id, EventId = "e" },
            AmountMicros = long.MaxValue,
        };
        (await WideNumbersTests.StatusAsync(channel, service.FindMethodByName("Reserve"), most)).ShouldBe(
            StatusCode.OK
        );
        Rows(app).Except(before).ShouldBeEmpty();
    }

    private static IEnumerable<(FieldDescriptor Field, object Value, StatusCode Expected)> Cases(
        MethodDescriptor method
    ) =>
        method
            .InputType.Fields.InDeclarationOrder()
            .SelectMany(f => Values(method.Name, f.Name).Select(v => (f, v.Value, v.Expected)));

    private static IEnumerable<(object Value, StatusCode Expected)> Values(string method, string field) =>
        field switch
        {
            "actor_user_id" or "user_id" or "receiver_user_id" =>
            [
                .. Bad(0UL, ulong.MaxValue, 1UL << 63),
                (424_242UL, StatusCode.NotFound),
                ((ulong)long.MaxValue, StatusCode.NotFound),
            ],
            "product_id" => [.. Bad(0UL, ulong.MaxValue), (999UL, StatusCode.NotFound)],
            "order_id" =>
            [
                .. Bad(ulong.MaxValue, 1UL << 63),
                .. new[] { 0UL, 999UL, (ulong)long.MaxValue }.Select(v => ((object)v, StatusCode.NotFound)),
            ],
            "page" => [.. Bad(-1, 1_000_001, int.MaxValue, int.MinValue), .. Good(0, 1, 1_000_000)],
            "page_size" => [.. Bad(-1, 101, 1_000_000, int.MaxValue, int.MinValue), .. Good(0, 1, 100)],
            "quantity" => Bad(0, 100, -1, int.MaxValue, int.MinValue),
            "idempotency_key" or "event_id" => Bad(NoKeys),
            "mock_channel" => Bad(Sql, Script, Huge, Nul, " ", "a/b"),
            "period" or "status" or "direction" => Bad(NoWords),
            "source" when method == "RecordForumRewardGrant" => Bad([.. NoWords, ""]),
            // A filter that fits nothing finds nothing.
            "source" or "scene" or "provider_name" or "model_name" =>
            [
                .. Bad(Huge, Nul),
                .. Good(Sql, Script, "nonsense"),
            ],
            "source_ref_id" => Bad(Huge, Nul),
            _ => throw new InvalidOperationException($"{method} has a new field {field}: say what it must refuse."),
        };

    private static IEnumerable<(object Value, StatusCode Expected)> Bad<T>(params T[] values) =>
        values.Select(v => ((object)v!, StatusCode.InvalidArgument));

    private static IEnumerable<(object Value, StatusCode Expected)> Good<T>(params T[] values) =>
        values.Select(v => ((object)v!, StatusCode.OK));

    /// <summary>A request whose only fault is the one that is put in; a write that it names would be made.</summary>
    private static IMessage Valid(MethodDescriptor method, ulong user)
    {
        var request = (IMessage)Activator.CreateInstance(method.InputType.ClrType)!;
        foreach (var field in method.InputType.Fields.InDeclarationOrder())
            if (
                field.Name switch
                {
                    "actor_user_id" or "user_id" or "receiver_user_id" => (object)user,
                    "product_id" => 2UL,
                    "order_id" => 1UL,
                    "quantity" => 1,
                    "idempotency_key" or "event_id" => "key",
                    "mock_channel" => "wechat",
                    "source" when method.Name == "RecordForumRewardGrant" => "forum_like",
                    _ => null,
                } is
                { } value
            )
                field.Accessor.SetValue(request, value);
        return request;
    }

    private static string Short(object value) =>
        value.ToString() is { Length: > 60 } text ? text[..60] : value.ToString()!;

    /// <summary>
    /// The number of rows of every table that callers can change; the others are written in the background.
    /// </summary>
    private static Dictionary<string, long> Rows(SmartFlowApp app)
    {
        using var connection = new SqliteConnection(
            $"Data Source={Path.Combine(app.DataFolder, "tokenstore.db")};Mode=ReadOnly;Pooling=False"
        );
        connection.Open();
        var names = Read(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT IN ('ledger_seals', 'reconciliation_runs')",
            r => r.GetString(0)
        );
        return names.ToDictionary(n => n, n => Read($"SELECT count(*) FROM \"{n}\"", r => r.GetInt64(0))[0]);

        List<T> Read<T>(string sql, Func<SqliteDataReader, T> column)
        {
            using var command = connection.CreateCommand();
            command.CommandText = sql;
            using var reader = command.ExecuteReader();
            var values = new List<T>();
            while (reader.Read())
                values.Add(column(reader));
            return values;
        }
    }
}
