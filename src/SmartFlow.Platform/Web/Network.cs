using System.Net;
using System.Net.Sockets;

namespace SmartFlow.Platform.Web;

/// <summary>Whose limit an address falls under: itself, or for IPv6 the 64 bits that one subscriber has at the least.</summary>
public static class Network
{
    private const int SubscriberBytes = 8;

    /// <returns>An address that stands for all of its network; one for those without any, e.g. of a socket in the file system.</returns>
    public static IPAddress Of(IPAddress? address)
    {
        if (address is null) return IPAddress.None;
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(SubscriberBytes).Clear();
        return new IPAddress(bytes);
    }
}
