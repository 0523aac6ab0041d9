using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Notification.Channels;

/// <summary>
/// What the module keeps secret, under one key of the installation: targets of channels (AES-256-GCM, bound to their
/// owner), the VAPID key pair, and what links of mails carry. The key is <c>Notification:Key</c>; empty: made from
/// <c>Auth:SigningKey</c> where that is set, else a file of the data folder.
/// </summary>
internal sealed class Vault
{
    public const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int MacBytes = 16;
    private readonly byte[] sealing;
    private readonly byte[] hashing;

    public Vault(IOptions<NotificationOptions> options, IOptions<AuthOptions> auth, DataFolder folder)
    {
        var key = Key(options.Value.Key, auth.Value.SigningKey, folder);
        sealing = Derived(key, "channels", KeyBytes);
        hashing = Derived(key, "hashes", KeyBytes);
        Vapid = VapidPair(key);
    }

    /// <summary>Public (65 bytes, uncompressed) and private (32 bytes), base64url without padding.</summary>
    public (string Public, string Private) Vapid { get; }

    public byte[] Seal(long userId, Target target)
    {
        var plain = EventJson.Write(target);
        var box = new byte[NonceBytes + plain.Length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(sealing, TagBytes);
        aes.Encrypt(
            box.AsSpan(0, NonceBytes),
            plain,
            box.AsSpan(NonceBytes, plain.Length),
            box.AsSpan(NonceBytes + plain.Length),
            Owner(userId)
        );
        return box;
    }

    /// <summary>Null: it was sealed under another key, or for somebody else.</summary>
    public Target? Open(long userId, byte[] box)
    {
        if (box.Length < NonceBytes + TagBytes)
            return null;
        var plain = new byte[box.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(sealing, TagBytes);
        try
        {
            aes.Decrypt(
                box.AsSpan(0, NonceBytes),
                box.AsSpan(NonceBytes, plain.Length),
                box.AsSpan(NonceBytes + plain.Length),
                plain,
                Owner(userId)
            );
            return JsonSerializer.Deserialize<Target>(plain, EventJson.Options);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    public byte[] Hash(string address) => HMACSHA256.HashData(hashing, Encoding.UTF8.GetBytes("address:" + address));

    /// <summary>What unsubscribes a channel without signing in.</summary>
    public string UnsubscribeToken(long channelId)
    {
        Span<byte> token = stackalloc byte[sizeof(long) + MacBytes];
        BinaryPrimitives.WriteInt64BigEndian(token, channelId);
        Mac(channelId).AsSpan(0, MacBytes).CopyTo(token[sizeof(long)..]);
        return Base64UrlEncoder.Encode(token.ToArray());
    }

    /// <summary>The channel; null: not our token.</summary>
    public long? ReadUnsubscribeToken(string token)
    {
        if (token.Length > 64)
            return null;
        byte[] bytes;
        try
        {
            bytes = Base64UrlEncoder.DecodeBytes(token);
        }
        catch (FormatException)
        {
            return null;
        }
        if (bytes.Length != sizeof(long) + MacBytes)
            return null;
        var channelId = BinaryPrimitives.ReadInt64BigEndian(bytes);
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(sizeof(long)), Mac(channelId).AsSpan(0, MacBytes))
            ? channelId
            : null;
    }

    private byte[] Mac(long channelId) =>
        HMACSHA256.HashData(
            hashing,
            Encoding.UTF8.GetBytes(
                string.Create(System.Globalization.CultureInfo.InvariantCulture, $"unsubscribe:{channelId}")
            )
        );

    private static byte[] Owner(long userId)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, userId);
        return bytes;
    }

    /// <summary>Both settings were checked where they are read.</summary>
    private static byte[] Key(string configured, string signingKey, DataFolder folder)
    {
        if (configured.Length > 0)
            return Convert.FromBase64String(configured);
        return signingKey.Length > 0
            ? Derived(Convert.FromBase64String(signingKey), "notification", KeyBytes)
            : folder.Secret("notification.key", KeyBytes);
    }

    private static byte[] Derived(byte[] key, string purpose, int bytes) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, bytes, info: Encoding.UTF8.GetBytes("smartflow." + purpose));

    /// <summary>
    /// A scalar of P-256 from more bytes than it has, so that the remainder favours none (FIPS 186-5, A.2.1).
    /// </summary>
    private static (string Public, string Private) VapidPair(byte[] key)
    {
        const int extraBytes = 16;
        var order = BigInteger.Parse(
            "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
            System.Globalization.NumberStyles.HexNumber
        );
        var wide = new BigInteger(Derived(key, "vapid", KeyBytes + extraBytes), isUnsigned: true, isBigEndian: true);
        var scalar = (wide % (order - 1) + 1).ToByteArray(isUnsigned: true, isBigEndian: true);
        var d = new byte[KeyBytes];
        scalar.CopyTo(d, KeyBytes - scalar.Length);
        using var pair = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = d });
        var q = pair.ExportParameters(false).Q;
        return (Base64UrlEncoder.Encode([4, .. q.X!, .. q.Y!]), Base64UrlEncoder.Encode(d));
    }
}
