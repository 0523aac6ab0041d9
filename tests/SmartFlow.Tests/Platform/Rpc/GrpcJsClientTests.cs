using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace SmartFlow.Tests.Platform.Rpc;

/// <summary>The official JavaScript client against the real host; what it does stands in tests/clients/grpc.</summary>
public sealed class GrpcJsClientTests
{
    [Fact]
    public async Task The_official_client_works_with_the_proto_files_as_they_are()
    {
        var running = 0L;
        await using var app = await SmartFlowApp.StartAsync(s =>
        {
            SmartFlowApp.OpenRpc(s);
            s.Settings["Rpc:CompressFromBytes"] = "500";
            s.Routes = r =>
                r.MapGet("/test/running", () => Interlocked.Read(ref running).ToString(CultureInfo.InvariantCulture))
                    .AllowAnonymous();
        });
        using var calls = Count(app, change => Interlocked.Add(ref running, change));
        var mei = await app.SignUpAsync();
        await app.ChargeAsync(mei, 1_500_000, "call-1");
        var said = await new Node("grpc", "@grpc/grpc-js").TestAsync(
            "client.test.mjs",
            new()
            {
                ["RPC_ADDRESS"] = app.RpcUrl.Authority,
                ["RPC_TOKEN"] = SmartFlowApp.RpcToken,
                ["SMARTFLOW_ORIGIN"] = app.Url.ToString().TrimEnd('/'),
                ["MEI"] = mei.Id.ToString(CultureInfo.InvariantCulture),
            }
        );
        said.ShouldContain("pass 14");
    }

    /// <summary>What this host's web server says of requests by POST that begin and end.</summary>
    private static MeterListener Count(SmartFlowApp app, Action<long> change)
    {
        var scope = app.Services.GetRequiredService<IMeterFactory>();
        var meters = new MeterListener
        {
            InstrumentPublished = (i, l) =>
            {
                if (i.Name == "http.server.active_requests" && i.Meter.Scope == scope)
                    l.EnableMeasurementEvents(i);
            },
        };
        meters.SetMeasurementEventCallback<long>(
            (_, by, tags, _) =>
            {
                if (tags.Contains(new("http.request.method", "POST")))
                    change(by);
            }
        );
        meters.Start();
        return meters;
    }
}
