using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace SmartFlow.Platform.Rpc.Server;

/// <summary>The secret that processes of one installation share.</summary>
internal sealed class ServiceToken(IOptions<RpcOptions> options)
{
    private const int MaxLength = 4_096;
    private readonly byte[] expected = Encoding.UTF8.GetBytes(Header(options.Value.Token));

    /// <summary>The value of the header authorization.</summary>
    public static string Header(string token) => "Bearer " + token;

    /// <summary>Compares in constant time.</summary>
    public bool IsRight(StringValues authorization)
    {
        if (authorization is not [{ Length: > 0 and <= MaxLength } given]) return false;
        Span<byte> bytes = stackalloc byte[512];
        var length = Encoding.UTF8.GetByteCount(given);
        if (length > bytes.Length) bytes = new byte[length];
        Encoding.UTF8.GetBytes(given, bytes);
        return CryptographicOperations.FixedTimeEquals(bytes[..length], expected);
    }
}
