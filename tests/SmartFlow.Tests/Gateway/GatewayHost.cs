using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.Gateway;

/// <summary>One host with the scripted models for tests that need nothing but users of their own.</summary>
[CollectionDefinition(nameof(GatewayHost))]
public sealed class GatewayHost : ICollectionFixture<StartedApp>;
