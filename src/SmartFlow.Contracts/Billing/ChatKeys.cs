using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace SmartFlow.Contracts.Billing;

/// <summary>
/// What the assistant and the plain chat that stands in for it make of a message's Idempotency-Key. Both ask their
/// first model call under the same event id with other words, so that the model service refuses whichever comes second:
/// one key is answered and charged by one of the two, without either knowing of the other.
/// </summary>
public static class ChatKeys
{
    /// <summary>The step of a turn that asks first.</summary>
    public const string FirstStep = "route";

    /// <summary>The id of the turn that a user's key begins: 32 hexadecimal digits, the same for ever.</summary>
    public static string TurnId(ulong userId, string key) =>
        Convert.ToHexStringLower(
            SHA256
                .HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{userId}:{key}")))
                .AsSpan(0, 16)
        );

    /// <summary>The event id of a turn's model call.</summary>
    public static string EventId(string turnId, string step) => $"{EventKey.OwnPrefix}turn:{turnId}:{step}";
}
