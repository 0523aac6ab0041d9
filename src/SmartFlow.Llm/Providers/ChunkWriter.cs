using System.Buffers;
using System.Text.Json;

namespace SmartFlow.Llm.Providers;

/// <summary>
/// Writes the chunks of one answer that came in another dialect. A chunk is valid until the next is written.
/// </summary>
internal sealed class ChunkWriter(long created)
{
    private readonly ArrayBufferWriter<byte> target = new(512);
    private bool begun;

    public string Id { get; set; } = "";

    public string Model { get; set; } = "";

    /// <summary>The assistant begins.</summary>
    public ReadOnlyMemory<byte> Start() => Delta(json => json.WriteString("content", ""));

    /// <summary>A piece of a text member of the delta.</summary>
    public ReadOnlyMemory<byte> Text(string member, string text) => Delta(json => json.WriteString(member, text));

    /// <summary>A block of thinking that is no text.</summary>
    public ReadOnlyMemory<byte> ThinkingBlock(JsonElement block) =>
        Delta(json =>
        {
            json.WriteStartArray("thinking_blocks");
            block.WriteTo(json);
            json.WriteEndArray();
        });

    /// <summary>A tool call begins (id and name) or goes on (neither).</summary>
    public ReadOnlyMemory<byte> Tool(int index, string id, string name, string arguments) =>
        Delta(json =>
        {
            json.WriteStartArray("tool_calls");
            json.WriteStartObject();
            json.WriteNumber("index", index);
            if (id.Length > 0)
            {
                json.WriteString("id", id);
                json.WriteString("type", "function");
            }
            json.WriteStartObject("function");
            if (name.Length > 0)
                json.WriteString("name", name);
            json.WriteString("arguments", arguments);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndArray();
        });

    public ReadOnlyMemory<byte> Finish(string reason) => Delta(_ => { }, reason);

    /// <summary>The chunk of the usage, without choices.</summary>
    public ReadOnlyMemory<byte> Usage(Action<Utf8JsonWriter> usage) =>
        Frame(json =>
        {
            json.WriteStartArray("choices");
            json.WriteEndArray();
            usage(json);
        });

    private ReadOnlyMemory<byte> Delta(Action<Utf8JsonWriter> delta, string? finish = null) =>
        Frame(json =>
        {
            json.WriteStartArray("choices");
            json.WriteStartObject();
            json.WriteNumber("index", 0);
            json.WriteStartObject("delta");
            // Also where the event of the beginning did not come.
            if (!begun)
                json.WriteString("role", "assistant");
            begun = true;
            delta(json);
            json.WriteEndObject();
            if (finish is null)
                json.WriteNull("finish_reason");
            else
                json.WriteString("finish_reason", finish);
            json.WriteEndObject();
            json.WriteEndArray();
        });

    private ReadOnlyMemory<byte> Frame(Action<Utf8JsonWriter> members)
    {
        target.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(target))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("object", "chat.completion.chunk");
            json.WriteNumber("created", created);
            json.WriteString("model", Model);
            members(json);
            json.WriteEndObject();
        }
        return target.WrittenMemory;
    }
}
