using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Agent.Mcp;

/// <summary>What a key may do here; each includes those before it.</summary>
internal enum McpRight
{
    Read,
    Propose,
    Apply,
}

internal static class McpRights
{
    /// <summary>A key without words opens every surface and changes nothing by itself: that has to be said.</summary>
    public static McpRight Of(ApiKeyOwner key) =>
        key.Scopes.Count == 0 ? McpRight.Propose
        : key.Scopes.Contains(ApiKeyScope.McpApply) ? McpRight.Apply
        : key.Scopes.Contains(ApiKeyScope.McpPropose) ? McpRight.Propose
        : McpRight.Read;
}
