using System.Globalization;
using SmartFlow.Bench.Gateway;
using SmartFlow.Bench.Servers;

return args switch
{
    ["gateway", .. var options] => await GatewayBench.RunAsync(options),
    ["provider", var port] => await FastProvider.RunAsync(int.Parse(port, CultureInfo.InvariantCulture)),
    ["proxy", var port, var target] => await BareProxy.RunAsync(int.Parse(port, CultureInfo.InvariantCulture), new Uri(target)),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        gateway [--quick]        /v1/chat/completions with billing on, beside the provider itself and a bare proxy
        provider PORT            the fake provider alone
        proxy PORT TARGET        the bare reverse proxy alone
        """);
    return 2;
}
