using System.Text.RegularExpressions;

namespace SmartFlow.Tests.Gateway;

/// <summary>One client in one scenario, with a user of its own, so that its ledger is the cell's.</summary>
internal sealed partial record ClientMatrixCell(string Client, string Scenario, TestUser User, string Key)
{
    /// <summary>Shorter than the provider is silent, and than the program's first sign of life.</summary>
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(1_500);

    public string Model => Scenario == "unknown-model" ? "none" : "fake";

    public TimeSpan? Patience => Scenario.StartsWith("impatient", StringComparison.Ordinal) ? Short : null;

    /// <summary>Marked, so that the provider knows whose call it is.</summary>
    public string Say(string text) => $"[{Client}/{Scenario}] {text}";

    /// <summary>Client and scenario of a call that the provider received.</summary>
    public static (string Client, string Scenario) Of(ReceivedCall call)
    {
        var mark = Mark().Match(call.Raw);
        return mark.Success ? (mark.Groups[1].Value, mark.Groups[2].Value) : ("", "");
    }

    [GeneratedRegex(@"\[([a-z0-9-]+)/([a-z-]+)\]")]
    private static partial Regex Mark();
}
