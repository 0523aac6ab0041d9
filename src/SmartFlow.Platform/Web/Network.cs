using System.Net;
using System.Net.Sockets;

namespace SmartFlow.Platform.Web;

/// <summary>
/// Whom a limit by address means: an IPv4 address, or the first 64 bits of an IPv6 one, because whoever has one of
/// those addresses has all of them.
/// </summary>
/// <param name="Value">The address as a number; IPv4 as IPv6 maps it.</param>
public readonly record struct Network(UInt128 Value)
{
    private const int InterfaceBits = 64;

    /// <summary>
    /// The machine itself: behind a proxy on it that is not trusted that is everybody, so no limit means it.
    /// </summary>
    public static bool IsThisMachine(IPAddress? address) =>
        address is null || address.Equals(IPAddress.IPv6Loopback) || address.MapToIPv4().Equals(IPAddress.Loopback);

    /// <summary>Of a connection; a socket without an address is one network.</summary>
    public static Network Of(IPAddress? address)
    {
        if (address is null)
            return default;
        Span<byte> bytes = stackalloc byte[16];
        address.MapToIPv6().TryWriteBytes(bytes, out _);
        var value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return address.AddressFamily == AddressFamily.InterNetwork || address.IsIPv4MappedToIPv6
            ? new(value)
            : new(value >> InterfaceBits << InterfaceBits);
    }
}
