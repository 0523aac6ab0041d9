using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Tools;

/// <summary>
/// What a model wrote for a tool. It is read by name, with what models get wrong forgiven where it is plain: a number
/// in quotes is a number. Everything else is refused with the field's name, which the model is told.
/// </summary>
internal sealed class Arguments(JsonObject values)
{
    private const int TextMax = 2_000;

    public JsonObject Values => values;

    public bool Has(string name) => values[name] is not null;

    public string? Text(string name, int most = TextMax)
    {
        if (values[name] is not { } value)
            return null;
        if (value.GetValueKind() != JsonValueKind.String)
            throw RefusedException.Field(name, "must be a string");
        var text = value.GetValue<string>().Trim();
        return text.Length <= most ? text : throw RefusedException.Field(name, $"must have at most {most} characters");
    }

    public string Needed(string name) =>
        Text(name) is { Length: > 0 } text ? text : throw RefusedException.Field(name, "is missing");

    /// <summary>One of some words.</summary>
    public string? Word(string name, params string[] words) =>
        Text(name) is not { Length: > 0 } text ? null
        : words.Contains(text) ? text
        : throw RefusedException.Field(name, "must be one of " + string.Join(", ", words));

    /// <summary>2026-12-01; null where it is not given.</summary>
    public string? Date(string name)
    {
        if (Text(name) is not { Length: > 0 } text)
            return null;
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? text
            : throw RefusedException.Field(name, "must be a date like 2026-12-01");
    }

    public string NeededDate(string name) => Date(name) ?? throw RefusedException.Field(name, "is missing");

    public int? Number(string name) => values[name] is { } value ? Number(name, value) : null;

    public int NeededNumber(string name) => Number(name) ?? throw RefusedException.Field(name, "is missing");

    public ulong? Id(string name) => values[name] is { } value ? Id(name, value) : null;

    public ulong NeededId(string name) => Id(name) ?? throw RefusedException.Field(name, "is missing");

    public bool? Flag(string name) =>
        values[name] is not { } value ? null
        : value.GetValueKind() is JsonValueKind.True or JsonValueKind.False ? value.GetValue<bool>()
        : throw RefusedException.Field(name, "must be true or false");

    public IReadOnlyList<ulong> Ids(string name, int most) => [.. Items(name, most).Select(i => Id(name, i))];

    public IReadOnlyList<int> Numbers(string name, int most) => [.. Items(name, most).Select(i => Number(name, i))];

    public IReadOnlyList<Arguments> Objects(string name, int most) =>
        [
            .. Items(name, most)
                .Select(i =>
                    i is JsonObject one
                        ? new Arguments(one)
                        : throw RefusedException.Field(name, "must be a list of objects")
                ),
        ];

    private IEnumerable<JsonNode> Items(string name, int most)
    {
        if (values[name] is not { } value)
            return [];
        if (value is not JsonArray list)
            throw RefusedException.Field(name, "must be a list");
        return list.Count <= most
            ? list.Select(i => i ?? throw RefusedException.Field(name, "must not hold null"))
            : throw RefusedException.Field(name, $"must have at most {most} entries");
    }

    private static int Number(string name, JsonNode value) =>
        int.TryParse(Digits(value), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw RefusedException.Field(name, "must be a whole number");

    private static ulong Id(string name, JsonNode value) =>
        ulong.TryParse(Digits(value), NumberStyles.None, CultureInfo.InvariantCulture, out var id) && id > 0
            ? id
            : throw RefusedException.Field(name, "must be an id: a whole number from another tool's answer");

    private static string Digits(JsonNode value) =>
        value.GetValueKind() switch
        {
            JsonValueKind.Number => value.ToJsonString(),
            JsonValueKind.String => value.GetValue<string>().Trim(),
            _ => "",
        };
}
