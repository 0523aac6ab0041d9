using ModelContextProtocol.Protocol;
using SmartFlow.Agent.Tools;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Agent.Mcp;

/// <summary>tools/list: those that the key may call, always in one order.</summary>
internal sealed class ListTools
{
    private readonly ListToolsResult reading;
    private readonly ListToolsResult all;

    public ListTools(Toolbox tools)
    {
        reading = new ListToolsResult { Tools = [.. tools.All.Where(t => t.Kind is null).Select(Of)] };
        all = new ListToolsResult { Tools = [.. tools.All.Select(Of), Of(GetProposal.Tool)] };
    }

    public ListToolsResult For(ApiKeyOwner? key) => key is not null && McpRights.Of(key) > McpRight.Read ? all : reading;

    private static ModelContextProtocol.Protocol.Tool Of(Tools.Tool tool) => new()
    {
        Name = tool.Name, Description = tool.Description, InputSchema = tool.Schema,
        Annotations = new ToolAnnotations
        {
            ReadOnlyHint = tool.Kind is null, DestructiveHint = tool.AlwaysAsks, IdempotentHint = tool.Kind is null, OpenWorldHint = false,
        },
    };
}
