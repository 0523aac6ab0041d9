namespace SmartFlow.Tests.Planner;

/// <summary>One host for those tests of quick tasks that need no more than a user of their own each.</summary>
[CollectionDefinition(nameof(QuickTaskCollection))]
public sealed class QuickTaskCollection : ICollectionFixture<StartedApp>;
