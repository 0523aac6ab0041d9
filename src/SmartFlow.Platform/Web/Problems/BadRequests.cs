using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>What the framework could not read of a request, told with the field and the reason, without type names.</summary>
internal static partial class BadRequests
{
    public static RefusedException Refusal(BadHttpRequestException bad) => bad switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
            new RefusedException(ErrorCodes.PayloadTooLarge, "The body is larger than this route takes."),
        { StatusCode: StatusCodes.Status408RequestTimeout } =>
            new RefusedException(ErrorCodes.RequestTimeout, "The body came too slowly."),
        { InnerException: JsonException json } => Json(json),
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
            new RefusedException(ErrorCodes.UnsupportedMediaType, "Send the body as application/json."),
        _ when Parameter().Match(bad.Message) is { Success: true } match => RefusedException.Field(
            // A parameter of several words is read from its name in snake_case, as the fields of a body are.
            JsonNamingPolicy.SnakeCaseLower.ConvertName(match.Groups["name"].Value),
            match.Groups["type"].Success ? $"must be {Words(match.Groups["type"].Value)}" : "is required"),
        _ => new RefusedException(ErrorCodes.MalformedBody, "The request could not be read."),
    };

    private static RefusedException Json(JsonException json)
    {
        if (Missing().Match(json.Message) is { Success: true } missing)
        {
            var names = Quoted().Matches(missing.Value).Select(m => m.Groups[1].Value).ToArray();
            return new RefusedException(
                ErrorCodes.InvalidArgument,
                $"Missing: {string.Join(", ", names)}.",
                names.ToDictionary(n => n, _ => new[] { "is required" }));
        }
        var field = (json.Path ?? "$").TrimStart('$').TrimStart('.');
        if (Nothing().IsMatch(json.Message) && field.Length > 0) return RefusedException.Field(field, "must not be null");
        if (NullOf().Match(json.Message) is { Success: true } nothing)
            return RefusedException.Field(nothing.Groups["name"].Value, "must not be null");
        if (field.Length > 0 && Kind(json.InnerException?.Message ?? "") is { } kind) return RefusedException.Field(field, $"must be {kind}");
        if (Converted().Match(json.Message) is { Success: true } converted && field.Length > 0)
            return RefusedException.Field(field, $"must be {Words(converted.Groups["type"].Value)}");
        if (json.Message.StartsWith("must ", StringComparison.Ordinal) && field.Length > 0)
            return RefusedException.Field(field, json.Message.Split(" Path:")[0]);
        var line = (json.LineNumber ?? 0) + 1;
        return new RefusedException(
            ErrorCodes.MalformedBody, $"The body is not valid JSON: line {line}, byte {(json.BytePositionInLine ?? 0) + 1}.");
    }

    /// <summary>What the reader of a member wanted, where only the inner exception says so.</summary>
    private static string? Kind(string inner) =>
        Wanted().Match(inner) is { Success: true } wanted
            ? wanted.Groups["kind"].Value switch { "string" => "a string", "boolean" => "true or false", _ => "a number" }
        : Bounds().Match(inner) is { Success: true } bounds ? Words(bounds.Groups["type"].Value)
        : null;

    private static string Words(string type) => type switch
    {
        _ when type.Contains("Int", StringComparison.Ordinal) || type is "long" or "ulong" or "int" or "short" or "byte"
            || type is "Nullable<long>" or "Nullable<int>" =>
            "a whole number",
        _ when type.Contains("String", StringComparison.OrdinalIgnoreCase) && !type.Contains("String[", StringComparison.Ordinal) =>
            "a string",
        _ when type.Contains("Boolean", StringComparison.Ordinal) || type == "bool" => "true or false",
        _ when type.Contains("Decimal", StringComparison.OrdinalIgnoreCase)
            || type.Contains("Double", StringComparison.OrdinalIgnoreCase) => "a number",
        _ when type.Contains("Date", StringComparison.Ordinal) => "a date",
        _ when type.Contains("Guid", StringComparison.Ordinal) => "a UUID",
        _ when type.Contains("[]", StringComparison.Ordinal) || type.Contains("List", StringComparison.Ordinal) => "a list",
        _ => "of the documented type and one of its values",
    };

    [GeneratedRegex("missing required properties.*", RegexOptions.Singleline)]
    private static partial Regex Missing();

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();

    [GeneratedRegex("The JSON value could not be converted to (?<type>[^ ]+)\\.( |$)")]
    private static partial Regex Converted();

    [GeneratedRegex("as a (?<kind>string|number|boolean)")]
    private static partial Regex Wanted();

    [GeneratedRegex("out of bounds for an? (?<type>\\w+)")]
    private static partial Regex Bounds();

    [GeneratedRegex("cannot be null|doesn't allow null")]
    private static partial Regex Nothing();

    [GeneratedRegex("(property|parameter) (or field )?'(?<name>[^']+)'.*null")]
    private static partial Regex NullOf();

    [GeneratedRegex("(Failed to bind parameter \"(?<type>[^ ]+) |Required parameter \"[^ ]+ )(?<name>[^\"]+)\"")]
    private static partial Regex Parameter();
}
