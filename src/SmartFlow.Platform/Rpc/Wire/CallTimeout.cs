using System.Globalization;

namespace SmartFlow.Platform.Rpc.Wire;

/// <summary>The header grpc-timeout: one to eight digits and a unit.</summary>
internal static class CallTimeout
{
    private const int MaxDigits = 8;
    private const long LargestValue = 99_999_999;

    /// <summary>Longer than any call: what the timers of .NET can wait for.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>False for anything that is not a timeout. Very long ones are cut to 24 days.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan timeout)
    {
        timeout = default;
        if (text.Length is < 2 or > MaxDigits + 1) return false;
        if (!long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var value)) return false;
        var unit = TicksOf(text[^1]);
        if (unit == 0) return false;
        // A nanosecond is less than a tick: rounded up, so that a timeout that is not zero stays so.
        var ticks = unit < 0 ? (value + 99) / 100 : value * unit;
        timeout = ticks > Longest.Ticks ? Longest : TimeSpan.FromTicks(ticks);
        return true;
    }

    /// <summary>In the finest unit that fits in eight digits, rounded up.</summary>
    public static string Format(TimeSpan timeout)
    {
        var ticks = Math.Max(0, timeout.Ticks);
        foreach (var unit in "umSMH")
        {
            var size = TicksOf(unit);
            var value = ticks / size + (ticks % size == 0 ? 0 : 1);
            if (value <= LargestValue) return string.Create(CultureInfo.InvariantCulture, $"{value}{unit}");
        }
        return string.Create(CultureInfo.InvariantCulture, $"{LargestValue}H");
    }

    /// <summary>-1 for nanoseconds, 0 for what is no unit.</summary>
    private static long TicksOf(char unit) => unit switch
    {
        'H' => TimeSpan.TicksPerHour,
        'M' => TimeSpan.TicksPerMinute,
        'S' => TimeSpan.TicksPerSecond,
        'm' => TimeSpan.TicksPerMillisecond,
        'u' => TimeSpan.TicksPerMicrosecond,
        'n' => -1,
        _ => 0,
    };
}
