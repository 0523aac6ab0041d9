using System.Globalization;
using SmartFlow.Bench.Agent;
using SmartFlow.Bench.Forum;
using SmartFlow.Bench.Gateway;
using SmartFlow.Bench.Hostile;
using SmartFlow.Bench.Ledger;
using SmartFlow.Bench.Rpc;
using SmartFlow.Bench.Scheduling;
using SmartFlow.Bench.Servers;
using SmartFlow.Bench.Split;

return args switch
{
    ["gateway", .. var options] => await GatewayBench.RunAsync(options),
    ["ledger", .. var options] => await LedgerBench.RunAsync(options),
    ["scheduling", .. var options] => SchedulingBench.Run(options),
    ["forum", .. var options] => await ForumBench.RunAsync(options),
    ["hostile", .. var options] => await HostileBench.RunAsync(options),
    ["rpc", .. var options] => await RpcBench.RunAsync(options),
    ["split", .. var options] => await SplitBench.RunAsync(options),
    ["agent", .. var options] => await AgentBench.RunAsync(options),
    ["rpc-serve", var port] => await RpcSides.ServeAsync(port),
    ["rpc-call", var address] => await RpcSides.CallAsync(address),
    ["provider", var port] => await FastProvider.RunAsync(int.Parse(port, CultureInfo.InvariantCulture)),
    ["proxy", var port, var target] => await BareProxy.RunAsync(
        int.Parse(port, CultureInfo.InvariantCulture),
        new Uri(target)
    ),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        """
        gateway [--quick]        /v1/chat/completions with billing on, beside the provider itself and a bare proxy
        ledger [--quick] [--rows N]
                                 settlement on PostgreSQL beside one transaction for each charge, reserves, a long ledger
        scheduling [--quick]     the solver beside two greedy rules, run time by size, memory
        forum [--quick] [--posts N]
                                 lists, search, details and comments over a large plaza, with the plans of their statements
        hostile [--quick]        honest users beside hostile ones, on SQLite and PostgreSQL, ten minutes each
        rpc [--quick]            a call between two processes beside the same call in one; messages beside records
        split [--quick]          CPU of a billed call where every module is a process of its own, beside one process
        agent [--quick]          first words after the provider's first token, 500 open answers, own time a tool round
        provider PORT            the fake provider alone
        proxy PORT TARGET        the bare reverse proxy alone
        """
    );
    return 2;
}
