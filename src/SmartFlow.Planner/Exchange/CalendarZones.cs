using NodaTime;
using NodaTime.TimeZones;

namespace SmartFlow.Planner.Exchange;

/// <summary>
/// Which zone a calendar means: what its VTIMEZONE says, else the IANA or Windows zone of the name. What floats is in
/// its X-WR-TIMEZONE, else in the term's zone.
/// </summary>
internal sealed class CalendarZones
{
    private const int ZonesMax = 100;
    private const int NamedMax = 5;
    private readonly Dictionary<string, DateTimeZone> own = [];
    private readonly (DateTimeZone Zone, bool Known) floating;
    private readonly List<string> used = [];
    private readonly string floatingName;

    public CalendarZones(CalendarPart calendar, DateTimeZone termZone)
    {
        foreach (var part in calendar.Parts.Where(p => p.Name == "VTIMEZONE").Take(ZonesMax))
            if (part.Find("TZID")?.Value.Trim() is { Length: > 0 } id && FileZone.Read(id, part) is { } zone)
                own.TryAdd(id, zone);
        floatingName = calendar.Find("X-WR-TIMEZONE")?.Text.Trim() ?? "";
        floating =
            floatingName.Length == 0 ? (termZone, true)
            : Named(floatingName) is { } named ? (named, true)
            : (termZone, false);
        if (floatingName.Length == 0)
            floatingName = termZone.Id;
    }

    /// <summary>The first few that were asked for, as the file calls them.</summary>
    public IReadOnlyList<string> Used => used;

    /// <param name="id">TZID; null: the time floats.</param>
    public (DateTimeZone Zone, bool Known) Find(string? id)
    {
        Note(string.IsNullOrEmpty(id) ? floatingName : id);
        if (string.IsNullOrEmpty(id))
            return floating;
        return Named(id) is { } zone ? (zone, true) : (floating.Zone, false);
    }

    public (DateTimeZone Zone, bool Known) OfUtc()
    {
        Note(DateTimeZone.Utc.Id);
        return (DateTimeZone.Utc, true);
    }

    private void Note(string name)
    {
        if (used.Count < NamedMax && !used.Contains(name))
            used.Add(name);
    }

    private DateTimeZone? Named(string id)
    {
        if (own.TryGetValue(id, out var zone))
            return zone;
        // Some programs put a path before the name: /citadel.org/20210210_1/Asia/Shanghai.
        foreach (var name in (string[])[id, string.Join('/', id.Split('/').TakeLast(2))])
        {
            if (DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is { } known)
                return known;
            if (TzdbDateTimeZoneSource.Default.WindowsMapping.PrimaryMapping.TryGetValue(name, out var mapped))
                return DateTimeZoneProviders.Tzdb[mapped];
        }
        return null;
    }
}
