using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace SmartFlow.TokenStore;

/// <summary>Tells whether a repeat says the same: the first 64 bits of SHA-256.</summary>
internal static class Fingerprint
{
    public static long Of(string content)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(content), hash);
        return BinaryPrimitives.ReadInt64BigEndian(hash);
    }
}
