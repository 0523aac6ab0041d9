using System.Text.Json;
using System.Text.Json.Serialization;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// A row of a preview, by its number or as an object with what a person changed; what is absent stays.
/// </summary>
[JsonConverter(typeof(ChosenRowConverter))]
internal sealed record ChosenRow(
    int Row,
    string? Name = null,
    string? Teacher = null,
    string? Place = null,
    int? Day = null,
    int? SectionFrom = null,
    int? SectionTo = null,
    IReadOnlyList<int>? Weeks = null,
    bool? Embeddable = null
)
{
    /// <summary>The row with the changes; errors of changed fields are asked anew.</summary>
    public CourseRow ApplyTo(CourseRow row) =>
        row with
        {
            Name = Name ?? row.Name,
            Teacher = Teacher ?? row.Teacher,
            Place = Place ?? row.Place,
            Day = Day ?? row.Day,
            SectionFrom = SectionFrom ?? row.SectionFrom,
            SectionTo = SectionTo ?? row.SectionTo,
            Weeks = Weeks ?? row.Weeks,
            Errors = [.. row.Errors.Where(e => !Changes(e.Field))],
        };

    private bool Changes(string field) =>
        field switch
        {
            "name" => Name is not null,
            "teacher" => Teacher is not null,
            "place" => Place is not null,
            "day" => Day is not null,
            "section_from" => SectionFrom is not null,
            "section_to" => SectionTo is not null || SectionFrom is not null,
            "weeks" => Weeks is not null,
            _ => false,
        };

    private sealed class ChosenRowConverter : JsonConverter<ChosenRow>
    {
        public override ChosenRow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var row))
                return new ChosenRow(row);
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonReason("must be a row's number, or an object with row");
            var fields = JsonSerializer.Deserialize<Fields>(ref reader, options)!;
            return new ChosenRow(
                fields.Row,
                fields.Name,
                fields.Teacher,
                fields.Place,
                fields.Day,
                fields.SectionFrom,
                fields.SectionTo,
                fields.Weeks,
                fields.Embeddable
            );
        }

        public override void Write(Utf8JsonWriter writer, ChosenRow value, JsonSerializerOptions options) =>
            throw new NotSupportedException("Chosen rows are only read.");
    }

    private sealed record Fields(
        int Row,
        string? Name,
        string? Teacher,
        string? Place,
        int? Day,
        int? SectionFrom,
        int? SectionTo,
        IReadOnlyList<int>? Weeks,
        bool? Embeddable
    );
}
