namespace SmartFlow.Tests.Memory;

/// <summary>Hours as they are written down by hand.</summary>
internal static class Nights
{
    public static readonly object Night = new
    {
        kind = "forbidden",
        days = new[] { 1, 2, 3, 4, 5, 6, 7 },
        from = "22:00",
        to = "24:00",
    };
}
