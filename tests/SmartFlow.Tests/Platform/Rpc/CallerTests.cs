using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Web;
using Smartflow.Tokenstore;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>Callers beside the modules: each has tokens of its own and calls what it is allowed.</summary>
public sealed class CallerTests
{
    private const string Store = "smartflow.tokenstore.TokenStoreService";
    private const string StoreToken = "a token of the store's client";
    private const string Next = "the store's client's next token";

    [Fact]
    public async Task A_caller_calls_what_it_is_allowed_and_its_tokens_change_without_a_restart()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            SmartFlowApp.OpenRpc(s);
            Caller(s, "store", StoreToken, Store);
            Caller(
                s,
                "prices",
                "sha256:" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("a token kept as its hash"))),
                Store + "/ListProducts"
            );
        });
        var mei = await app.SignUpAsync();
        var paid = new CallKey { UserId = mei.Id, EventId = "by-a-stranger" };
        var adjust = new AdjustRequest
        {
            Key = paid,
            AmountMicros = 1,
            Reason = "for myself",
            RequestedBy = "store",
        };
        var ask = new GenerateTextRequest
        {
            Billing = new()
            {
                UserId = mei.Id,
                EventId = "e",
                Scene = "gateway.openai",
            },
            Body = ByteString.CopyFromUtf8("{}"),
        };
        var products = new ListTokenProductsRequest { ActorUserId = mei.Id };
        var summary = new GetTokenSummaryRequest { ActorUserId = mei.Id };

        // What the store's client may: its service, and nothing that adjusts, holds or names who pays.
        await IsAsync(StoreToken, products, StatusCode.OK);
        await IsAsync(StoreToken, summary, StatusCode.OK);
        await IsAsync(StoreToken, adjust, StatusCode.PermissionDenied);
        await IsAsync(StoreToken, ask, StatusCode.PermissionDenied);
        await IsAsync(StoreToken, new ReserveRequest { Key = paid, AmountMicros = 1 }, StatusCode.PermissionDenied);
        await IsAsync("a token kept as its hash", products, StatusCode.OK);
        await IsAsync("a token kept as its hash", summary, StatusCode.PermissionDenied);
        foreach (
            var path in new[]
            {
                "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                "/smartflow.tokenstore.TokenStore/None",
                "/",
            }
        )
            (await StatusAsync(path, StoreToken)).ShouldBe("7", path);
        (await StatusAsync("/grpc.health.v1.Health/Check", StoreToken)).ShouldBe("0");
        await IsAsync(SmartFlowApp.RpcToken, adjust, StatusCode.OK);

        // Two tokens while one takes the other's place, then only the new one.
        await IsAsync(Next, products, StatusCode.Unauthenticated);
        Change("Rpc:Callers:store:Tokens:1", Next);
        await IsAsync(Next, products, StatusCode.OK);
        await IsAsync(StoreToken, products, StatusCode.OK);
        Change("Rpc:Callers:store:Tokens:0", Next + " and another");
        await IsAsync(StoreToken, products, StatusCode.Unauthenticated);
        await IsAsync(Next, products, StatusCode.OK);

        // A mistake takes nothing away and gives nothing.
        Change("Rpc:Callers:store:Allow:1", "smartflow.ledger.CreditLedgerServise");
        Change("Rpc:Callers:store:Tokens:1", "short");
        await IsAsync(Next, products, StatusCode.OK);
        await IsAsync("short", products, StatusCode.Unauthenticated);
        await IsAsync(SmartFlowApp.RpcToken, products, StatusCode.OK);

        void Change(string setting, string value)
        {
            var configuration = (IConfigurationRoot)app.Services.GetRequiredService<IConfiguration>();
            configuration[setting] = value;
            configuration.Reload();
        }

        async Task IsAsync(string token, IMessage request, StatusCode expected)
        {
            using var channel = app.Channel(o => o.Token = token);
            (await WideNumbersTests.StatusAsync(channel, WideNumbersTests.MethodOf(request), request)).ShouldBe(
                expected,
                $"{token}: {request}"
            );
        }

        async Task<string> StatusAsync(string path, string token)
        {
            using var answer = await app.PostAsync(path, new byte[5], ("authorization", "Bearer " + token));
            return (
                answer.Headers.TryGetValues("grpc-status", out var early)
                    ? early
                    : answer.TrailingHeaders.GetValues("grpc-status")
            ).Single();
        }
    }

    [Fact]
    public async Task A_port_for_callers_alone_needs_no_token_of_the_modules()
    {
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            SmartFlowApp.OpenRpc(s);
            s.Settings["Rpc:Token"] = "";
            Caller(s, "store", StoreToken, "*");
        });
        using var nobody = app.Channel(o => o.Token = "");
        var list = new ListTokenProductsRequest { ActorUserId = 1 };
        (await WideNumbersTests.StatusAsync(nobody, WideNumbersTests.MethodOf(list), list)).ShouldBe(
            StatusCode.Unauthenticated
        );
        using var caller = app.Channel(o => o.Token = StoreToken);
        (await WideNumbersTests.StatusAsync(caller, WideNumbersTests.MethodOf(list), list)).ShouldBe(
            StatusCode.NotFound
        );
    }

    [Theory]
    [InlineData("Rpc:Callers:store:Tokens:0", "short", "16 characters")]
    [InlineData("Rpc:Callers:store:Tokens:0", "sha256:abc", "64 hexadecimal digits")]
    [InlineData("Rpc:Callers:store:Allow:0", "smartflow.tokenstore.TokenStore", "there is no service or method")]
    [InlineData("Rpc:Callers:other:Tokens:0", StoreToken, "other: allows 0")]
    [InlineData("Rpc:Callers:other:Allow:0", "*", "other: has 0 tokens")]
    public async Task A_caller_that_cannot_be_meant_stops_the_start_and_is_named(
        string setting,
        string value,
        string named
    )
    {
        var failure = await Should.ThrowAsync<SetupException>(() =>
            SmartFlowApp.StartAsync(s =>
            {
                SmartFlowApp.OpenRpc(s);
                Caller(s, "store", StoreToken, Store);
                s.Settings[setting] = value;
            })
        );
        failure.Message.ShouldSatisfyAllConditions(m => m.ShouldContain("Rpc:Callers:"), m => m.ShouldContain(named));
    }

    private static void Caller(AppSetup setup, string name, string token, string allowed)
    {
        setup.Settings[$"Rpc:Callers:{name}:Tokens:0"] = token;
        setup.Settings[$"Rpc:Callers:{name}:Allow:0"] = allowed;
    }
}
