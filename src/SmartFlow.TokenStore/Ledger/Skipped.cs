using System.Text.Json;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.TokenStore;

/// <summary>
/// Why a reward was booked as 0: kept in the entry's metadata, since the entry is the record of the decision.
/// </summary>
internal static class Skipped
{
    public const string Disabled = "disabled";
    public const string DailyCap = "daily_cap";

    /// <summary>
    /// Whoever caused it has an account that is younger than the rule asks for, and has bought nothing.
    /// </summary>
    public const string NewAccount = "new_account";

    /// <param name="reason">Empty: it was not skipped.</param>
    public static string Metadata(string sourceRefId, string reason) =>
        JsonSerializer.Serialize(
            new { SourceRefId = sourceRefId, Skipped = reason.Length > 0 ? reason : null },
            EventJson.Options
        );
}
