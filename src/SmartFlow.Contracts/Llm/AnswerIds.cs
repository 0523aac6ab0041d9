using System.Security.Cryptography;
using System.Text;

namespace SmartFlow.Contracts.Llm;

/// <summary>What the ids of an answer's objects are made of.</summary>
public static class AnswerIds
{
    public const int Length = 32;
    private const int Bytes = Length / 2;

    /// <summary>
    /// 32 hexadecimal digits, a function of the user and the call's key: a repeat has the same, another call never has,
    /// while providers' own ids may be the same for every call.
    /// </summary>
    public static string Of(ulong userId, string eventId)
    {
        ArgumentNullException.ThrowIfNull(eventId);
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{userId}:{eventId}"));
        return Convert.ToHexStringLower(hash.AsSpan(0, Bytes));
    }
}
