using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Rpc.Server;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>The official JavaScript client against the real host; what it does stands in tests/clients/grpc.</summary>
public sealed class GrpcJsClientTests
{
    [Fact]
    public async Task The_official_client_works_with_the_proto_files_as_they_are()
    {
        SmartFlowApp? running = null;
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            SmartFlowApp.OpenRpc(s);
            s.Settings["Rpc:CompressFromBytes"] = "500";
            s.Routes = r => r.MapGet(
                "/test/running", () => running!.Services.GetRequiredService<RpcServer>().Running.ToString(CultureInfo.InvariantCulture)).AllowAnonymous();
        });
        running = app;
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, 1_500_000, "call-1");
        var said = await new Node("grpc", "@grpc/grpc-js").TestAsync("client.test.mjs", new()
        {
            ["RPC_ADDRESS"] = app.RpcUrl.Authority,
            ["RPC_TOKEN"] = SmartFlowApp.RpcToken,
            ["SMARTFLOW_ORIGIN"] = app.Url.ToString().TrimEnd('/'),
            ["MEI"] = mei.Id.ToString(CultureInfo.InvariantCulture),
        });
        said.ShouldContain("pass 14");
    }
}
