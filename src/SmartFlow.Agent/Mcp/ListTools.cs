using ModelContextProtocol.Protocol;
using SmartFlow.Agent.Tools;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Agent.Mcp;

/// <summary>
/// tools/list: those that the key may call, always in one order, but for those that ask a model of ours: another
/// assistant has its own, and no cap of a key would hold them.
/// </summary>
internal sealed class ListTools
{
    private static readonly string[] AskModels = ["suggest_rest"];

    private readonly Dictionary<string, Tools.Tool> byName;
    private readonly ListToolsResult reading;
    private readonly ListToolsResult all;

    public ListTools(Toolbox tools)
    {
        Tools.Tool[] open = [.. tools.All.Where(t => !AskModels.Contains(t.Name)), GetProposal.Tool];
        byName = open.ToDictionary(t => t.Name);
        reading = new ListToolsResult
        {
            Tools = [.. open.Where(t => t.Kind is null && t != GetProposal.Tool).Select(Of)],
        };
        all = new ListToolsResult { Tools = [.. open.Select(Of)] };
    }

    public ListToolsResult For(ApiKeyOwner? key) =>
        key is not null && McpRights.Of(key) > McpRight.Read ? all : reading;

    public Tools.Tool? Find(string name) => byName.GetValueOrDefault(name);

    private static ModelContextProtocol.Protocol.Tool Of(Tools.Tool tool) =>
        new()
        {
            Name = tool.Name,
            Description = tool.Description,
            InputSchema = tool.Schema,
            Annotations = new ToolAnnotations
            {
                ReadOnlyHint = tool.Kind is null,
                DestructiveHint = tool.AlwaysAsks,
                IdempotentHint = tool.Kind is null,
                OpenWorldHint = false,
            },
        };
}
