using System.Globalization;

namespace SmartFlow.TokenStore;

/// <summary>Times in the string fields of the wire contract: RFC 3339 in UTC, empty for none.</summary>
internal static class WireTime
{
    public static string Of(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture) ?? "";
}
