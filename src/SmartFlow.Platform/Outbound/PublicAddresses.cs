using System.Net;
using System.Net.Sockets;

namespace SmartFlow.Platform.Outbound;

/// <summary>
/// Which addresses belong to the public internet, by the registries of RFC 6890: no loopback, private, shared,
/// link-local, test, multicast or reserved ones, and none within which another address is hidden (mapped, 6to4, Teredo,
/// NAT64).
/// </summary>
public static class PublicAddresses
{
    private static readonly IPNetwork[] Inside =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "3fff::/20",
        }.Select(n => IPNetwork.Parse(n)),
    ];

    /// <summary>All that is given out of IPv6 for the public.</summary>
    private static readonly IPNetwork Global = IPNetwork.Parse("2000::/3");

    public static bool Contain(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Global.Contains(address))
            return false;
        foreach (var network in Inside)
            if (network.Contains(address))
                return false;
        return true;
    }
}
