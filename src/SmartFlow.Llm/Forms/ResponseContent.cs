using System.Text;
using System.Text.Json.Nodes;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Llm.Forms;

/// <summary>Content of an item as parts of a message: texts, images, and files that are texts or documents.</summary>
internal sealed class ResponseContent
{
    private const string Pdf = "application/pdf";

    /// <summary>The first field that holds a document, which only some providers read; null: none does.</summary>
    public string? Document { get; private set; }

    public JsonNode? Of(JsonNode? content, string field)
    {
        if (content is not JsonArray parts)
            return content?.DeepClone();
        var translated = new JsonArray();
        for (var i = 0; i < parts.Count; i++)
            translated.Add(
                Part(parts[i] ?? throw RefusedException.Field($"{field}[{i}]", "must be an object"), $"{field}[{i}]")
            );
        return translated;
    }

    private JsonObject Part(JsonNode part, string field) =>
        part["type"]?.GetValue<string>() switch
        {
            "input_text" or "output_text" or "text" or "summary_text" => Text(part["text"]?.GetValue<string>() ?? ""),
            "refusal" => new JsonObject { ["type"] = "refusal", ["refusal"] = part["refusal"]?.DeepClone() },
            "input_image" => Image(part, field),
            "input_file" => File(part, field),
            var other => throw RefusedException.Field(field, $"content of type {other ?? "(none)"} is not offered"),
        };

    private static JsonObject Image(JsonNode part, string field)
    {
        var url = part["image_url"]?.GetValue<string>()
            ?? throw RefusedException.Field(field, "must hold image_url: files are not kept here");
        if (PublicUrl.ImageProblem(url) is { } problem)
            throw RefusedException.Field(field + ".image_url", problem);
        var image = new JsonObject { ["url"] = url };
        if (part["detail"] is { } detail)
            image["detail"] = detail.DeepClone();
        return new JsonObject { ["type"] = "image_url", ["image_url"] = image };
    }

    private JsonObject File(JsonNode part, string field)
    {
        if (part["file_url"]?.GetValue<string>() is { } url)
            return PublicUrl.Problem(url) is { } problem
                ? throw RefusedException.Field(field + ".file_url", problem)
                : Read(new JsonObject { ["type"] = "url", ["url"] = url }, field);
        var data = part["file_data"]?.GetValue<string>()
            ?? throw RefusedException.Field(field, "must hold file_data or file_url: files are not kept here");
        var name = part["filename"]?.GetValue<string>() ?? "";
        var type = name.EndsWith(".pdf", StringComparison.OrdinalIgnoreCase) ? Pdf : "text/plain";
        if (data.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            var comma = data.IndexOf(',', StringComparison.Ordinal);
            if (comma < 0)
                throw RefusedException.Field(field + ".file_data", "must be base64");
            type = data["data:".Length..comma].Split(';')[0];
            data = data[(comma + 1)..];
        }
        if (type == Pdf)
            return Read(
                new JsonObject
                {
                    ["type"] = "base64",
                    ["media_type"] = Pdf,
                    ["data"] = data,
                },
                field
            );
        return type.StartsWith("text/", StringComparison.Ordinal) || type is "application/json"
            ? Text((name.Length > 0 ? name + ":\n" : "") + Decode(data, field))
            : throw RefusedException.Field(
                field + ".file_data",
                $"files of type {type} are not offered; send text or PDF"
            );
    }

    private JsonObject Read(JsonObject source, string field)
    {
        Document ??= field;
        return new JsonObject { ["type"] = "document", ["source"] = source };
    }

    private static string Decode(string base64, string field)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Convert.FromBase64String(base64));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            throw RefusedException.Field(field + ".file_data", "must be base64 of text in UTF-8");
        }
    }

    private static JsonObject Text(string text) => new() { ["type"] = "text", ["text"] = text };
}
