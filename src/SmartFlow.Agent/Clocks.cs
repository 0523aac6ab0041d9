using SmartFlow.Platform.Data;

namespace SmartFlow.Agent;

internal static class Clocks
{
    /// <summary>Now as the database keeps it, so that what is answered is what is read later.</summary>
    public static DateTimeOffset MicrosNow(this TimeProvider clock) => UnixMicros.ToTime(UnixMicros.From(clock.GetUtcNow()));
}
