using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Rpc.Client;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>The extremes of 64 bits, in every field of every method of every service.</summary>
public sealed class WideNumbersTests
{
    private static readonly StatusCode[] Defects = [StatusCode.Internal, StatusCode.Unknown, StatusCode.DataLoss];

    [Fact]
    public async Task No_extreme_of_64_bits_is_a_defect_and_what_no_id_can_be_is_refused()
    {
        await using var app = await SmartFlowApp.StartAsync(SmartFlowApp.OpenRpc);
        var mei = await app.SignUpAsync();
        using var channel = app.Channel();
        var (cases, wrong) = (0, new List<string>());
        foreach (
            var method in SmartFlow.Host.Modules.All.SelectMany(m => m.Contracts()).SelectMany(c => c.Service.Methods)
        )
        foreach (var path in Paths(method.InputType))
        foreach (var value in path[^1].FieldType == FieldType.UInt64 ? Unsigned : Signed)
        {
            var request = With(method.InputType, path, value);
            var status = await StatusAsync(channel, method, request);
            var tooWide = value is ulong and > long.MaxValue or long.MinValue;
            if (Defects.Contains(status) || (tooWide && status != StatusCode.InvalidArgument))
                wrong.Add($"{method.FullName} {string.Join('.', path.Select(f => f.Name))}={value}: {status}");
            cases++;
        }
        wrong.ShouldBeEmpty();
        cases.ShouldBeGreaterThan(150);
        foreach (var (request, expected) in Extremes(mei.Id))
            (await StatusAsync(channel, MethodOf(request), request)).ShouldBe(expected, request.ToString());
    }

    private static readonly object[] Unsigned = [ulong.MaxValue, 1UL << 63, (ulong)long.MaxValue];
    private static readonly object[] Signed = [long.MinValue, long.MinValue + 1, long.MaxValue];

    /// <summary>Requests that are right but for one amount.</summary>
    private static IEnumerable<(IMessage Request, StatusCode Expected)> Extremes(ulong user)
    {
        foreach (var amount in new[] { long.MaxValue, long.MinValue, long.MinValue + 1 })
        {
            var key = new CallKey { UserId = user, EventId = "extreme" };
            yield return (
                new AdjustRequest
                {
                    Key = key,
                    AmountMicros = amount,
                    Reason = "an extreme",
                    RequestedBy = "tests",
                },
                StatusCode.InvalidArgument
            );
            yield return (
                new SetAlertSettingsRequest
                {
                    UserId = user,
                    Settings = new() { LowBalanceMicros = amount },
                },
                StatusCode.InvalidArgument
            );
            yield return (
                new SetAlertSettingsRequest
                {
                    UserId = user,
                    Settings = new() { DailySpendMicros = amount },
                },
                StatusCode.InvalidArgument
            );
        }
        foreach (
            var (cap, expected) in new[]
            {
                (long.MaxValue, StatusCode.OK),
                (long.MinValue + 1, StatusCode.InvalidArgument),
                (-1, StatusCode.InvalidArgument),
            }
        )
        foreach (
            var caps in new ApiKeyCapsMessage[]
            {
                new() { RequestsPerMinute = cap },
                new() { CreditMicrosPerDay = cap },
                new() { CreditMicrosPerMonth = cap },
            }
        )
            yield return (
                new GenerateTextRequest
                {
                    Billing = new()
                    {
                        UserId = user,
                        EventId = $"caps {cap} {caps}".Replace(' ', '-'),
                        Scene = "gateway.openai",
                        ApiKeyId = long.MaxValue,
                        Caps = caps,
                    },
                    Body = ByteString.CopyFromUtf8("""{"model":"demo","messages":[{"role":"user","content":"hi"}]}"""),
                },
                expected
            );
    }

    private static IEnumerable<FieldDescriptor[]> Paths(MessageDescriptor message) =>
        message
            .Fields.InDeclarationOrder()
            .SelectMany(f =>
                f.FieldType switch
                {
                    FieldType.UInt64 or FieldType.Int64 =>
                    [
                        [f],
                    ],
                    FieldType.Message when !f.IsMap => Paths(f.MessageType)
                        .Select(rest => (FieldDescriptor[])[f, .. rest]),
                    _ => Array.Empty<FieldDescriptor[]>(),
                }
            );

    private static IMessage With(MessageDescriptor type, ReadOnlySpan<FieldDescriptor> path, object value)
    {
        var message = (IMessage)Activator.CreateInstance(type.ClrType)!;
        var inner = path.Length == 1 ? value : With(path[0].MessageType, path[1..], value);
        if (path[0].IsRepeated)
            ((System.Collections.IList)path[0].Accessor.GetValue(message)).Add(inner);
        else
            path[0].Accessor.SetValue(message, inner);
        return message;
    }

    internal static MethodDescriptor MethodOf(IMessage request) =>
        SmartFlow
            .Host.Modules.All.SelectMany(m => m.Contracts())
            .SelectMany(c => c.Service.Methods)
            .First(m => m.InputType == request.Descriptor);

    internal static async Task<StatusCode> StatusAsync(RpcChannel channel, MethodDescriptor method, IMessage request)
    {
        try
        {
            await (Task)
                typeof(WideNumbersTests)
                    .GetMethod(
                        nameof(CallAsync),
                        System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic
                    )!
                    .MakeGenericMethod(method.InputType.ClrType, method.OutputType.ClrType)
                    .Invoke(null, [channel, method, request])!;
            return StatusCode.OK;
        }
        catch (RpcException e)
        {
            return e.StatusCode;
        }
    }

    private static async Task CallAsync<TRequest, TResponse>(
        RpcChannel channel,
        MethodDescriptor method,
        TRequest request
    )
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var bound = RpcMethods.Of<TRequest, TResponse>(method);
        var limit = TimeSpan.FromSeconds(60);
        if (method.IsServerStreaming)
            await channel.StreamAsync(bound, request, limit, default).ToListAsync();
        else
            await channel.CallAsync(bound, request, limit, default);
    }
}
