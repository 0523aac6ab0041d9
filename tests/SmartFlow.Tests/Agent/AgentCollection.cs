using SmartFlow.Tests.Agent.Mcp;

namespace SmartFlow.Tests.Agent;

/// <summary>One host for the tests of proposals and of conversations in the list.</summary>
[CollectionDefinition(nameof(AgentCollection))]
public sealed class AgentCollection : ICollectionFixture<McpHost>;
