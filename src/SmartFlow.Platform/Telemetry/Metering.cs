using System.Diagnostics.Metrics;

namespace SmartFlow.Platform.Telemetry;

/// <summary>
/// The program's own numbers, all of one meter; docs/operating.md lists them. A number costs nothing where nobody
/// listens: ask <see cref="Instrument.Enabled"/> before tags are made.
/// </summary>
public static class Metering
{
    public const string MeterName = "SmartFlow";

    /// <summary>Seconds, from a millisecond to ten minutes.</summary>
    private static readonly double[] Seconds =
    [
        0.001,
        0.0025,
        0.005,
        0.01,
        0.025,
        0.05,
        0.1,
        0.25,
        0.5,
        1,
        2.5,
        5,
        10,
        30,
        60,
        120,
        300,
        600,
    ];

    /// <summary>Of this host; ends with it.</summary>
    public static Meter SmartFlow(this IMeterFactory factory)
    {
        ArgumentNullException.ThrowIfNull(factory);
        return factory.Create(MeterName);
    }

    /// <summary>A distribution of times.</summary>
    public static Histogram<double> CreateSeconds(this Meter meter, string name, string description)
    {
        ArgumentNullException.ThrowIfNull(meter);
        return meter.CreateHistogram(
            name,
            "s",
            description,
            null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Seconds }
        );
    }
}
