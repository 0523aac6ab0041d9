using Grpc.Net.Client.Balancer;
using Microsoft.Extensions.Logging;

namespace SmartFlow.Platform.Rpc.Client;

/// <summary>
/// Calls go to each connected address in turn, as with the library's own round_robin; and an address that takes no
/// connection any more is left out until it does. The library's holds one for connected for ever whose last connection
/// broke before a call had used it, as when a process dies while it is being connected to: from then on every call
/// whose turn it was failed.
/// </summary>
internal sealed class TakingTurns(IChannelControlHelper controller, ILoggerFactory loggers)
    : SubchannelsLoadBalancer(controller, loggers)
{
    /// <summary>Its name in a service config.</summary>
    public const string Policy = "taking_turns";

    protected override SubchannelPicker CreatePicker(IReadOnlyList<Subchannel> readySubchannels) =>
        new Picker([.. readySubchannels.Select(s => new Turn(s))]);

    internal sealed class Factory : LoadBalancerFactory
    {
        public override string Name => Policy;

        public override LoadBalancer Create(LoadBalancerOptions options) =>
            new TakingTurns(options.Controller, options.LoggerFactory);
    }

    private sealed class Picker(Turn[] turns) : SubchannelPicker
    {
        private uint next = (uint)Random.Shared.Next(turns.Length);

        public override PickResult Pick(PickContext context)
        {
            var turn = turns[Interlocked.Increment(ref next) % turns.Length];
            return PickResult.ForSubchannel(turn.Address, turn);
        }
    }

    /// <summary>An address while it counts as connected; a change of any address's state makes another.</summary>
    private sealed class Turn(Subchannel address) : ISubchannelCallTracker
    {
        private int given;

        public Subchannel Address => address;

        public void Start() { }

        public void Complete(CompletionContext context)
        {
            if (
                context
                is not {
                    Address: { } place,
                    Error: HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError }
                }
            )
                return;
            if (Interlocked.Exchange(ref given, 1) != 0)
                return;
            // An address that is taken away and put back is connected to anew, with the pauses of one that is out of
            // reach.
            address.UpdateAddresses([]);
            address.UpdateAddresses([place]);
        }
    }
}
