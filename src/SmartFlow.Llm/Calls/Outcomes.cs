namespace SmartFlow.Llm.Calls;

/// <summary>How calls end.</summary>
internal static class Outcomes
{
    public const string Completed = "completed";
    public const string ClientGone = "client_gone";
    public const string ProviderCut = "provider_cut";

    /// <summary>Stopped by us, because going on would have cost more than its hold.</summary>
    public const string StoppedAtHold = "stopped_at_hold";
    public const string ProviderFailed = "provider_failed";
    public const string TimedOut = "timed_out";
    public const string Unknown = "unknown";
}
