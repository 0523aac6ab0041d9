using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Believes forwarded addresses only of the proxies that are configured. Limits count by address: whoever is believed
/// can be anybody.
/// </summary>
internal static partial class TrustedProxies
{
    private const int WidestIPv4 = 8;
    private const int WidestIPv6 = 16;
    private const int MappedBits = 96;

    /// <summary>fc00::/7: the private addresses of IPv6, all of them.</summary>
    private static readonly IPNetwork Private = IPNetwork.Parse("fc00::/7");

    /// <exception cref="SetupException">An entry is no address and no network, or covers so much that it names
    /// nobody.</exception>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(TrustedProxies).FullName!);
        var networks = Of(app.Services.GetRequiredService<IOptions<WebOptions>>().Value.TrustedProxies);
        var told = 0;
        app.Use((context, next) => TellOnceAsync(context, next));
        if (networks.Count == 0)
            return;
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);

        Task TellOnceAsync(HttpContext context, RequestDelegate next)
        {
            var headers = context.Request.Headers;
            if (
                Volatile.Read(ref told) == 0
                && (headers.ContainsKey("X-Forwarded-For") || headers.ContainsKey("X-Forwarded-Proto"))
                && context.Connection.RemoteIpAddress is { } from
                && !Contain(networks, from)
                && Interlocked.Exchange(ref told, 1) == 0
            )
                Log.NotTrusted(logger, from);
            return next(context);
        }
    }

    /// <summary>Addresses and networks, separated by commas.</summary>
    internal static IReadOnlyList<IPNetwork> Of(string setting)
    {
        var networks = new List<IPNetwork>();
        foreach (
            var entry in setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            if (!TryRead(entry, out var network))
                throw new SetupException(
                    $"Web__TrustedProxies: {entry} is not an IP address and not a network such as 10.1.0.0/16."
                );
            if (IsTooWide(network))
                throw new SetupException(
                    $"Web__TrustedProxies: {entry} would believe everybody. Name the proxies: IPv4 /{WidestIPv4} and IPv6 /{WidestIPv6} "
                        + "are the widest networks that are taken."
                );
            networks.Add(network);
        }
        return networks;
    }

    private static bool TryRead(string entry, out IPNetwork network)
    {
        if (IPNetwork.TryParse(entry, out network))
            return true;
        if (!IPAddress.TryParse(entry, out var address))
            return false;
        network = new IPNetwork(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        return true;
    }

    private static bool IsTooWide(IPNetwork network)
    {
        var address = network.BaseAddress;
        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            return true;
        if (address.AddressFamily == AddressFamily.InterNetwork)
            return network.PrefixLength < WidestIPv4;
        // IPv4 within IPv6 counts as IPv4: ::ffff:0:0/96 is all of it.
        if (address.IsIPv4MappedToIPv6)
            return network.PrefixLength < MappedBits + WidestIPv4;
        return network.PrefixLength < WidestIPv6
            && !(Private.Contains(address) && network.PrefixLength >= Private.PrefixLength);
    }

    internal static bool Contain(IReadOnlyList<IPNetwork> networks, IPAddress address)
    {
        foreach (var network in networks)
            if (network.Contains(address) || (address.IsIPv4MappedToIPv6 && network.Contains(address.MapToIPv4())))
                return true;
        return false;
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Warning,
            "Requests come from {Address} with X-Forwarded headers, which are not believed: every user behind it counts as one address. "
                + "If it is a proxy of yours, add it to Web:TrustedProxies. Said once"
        )]
        public static partial void NotTrusted(ILogger logger, IPAddress address);
    }
}
