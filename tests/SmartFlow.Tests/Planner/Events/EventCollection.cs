namespace SmartFlow.Tests.Planner.Events;

/// <summary>One host for the tests of personal events.</summary>
[CollectionDefinition(nameof(EventCollection))]
public sealed class EventCollection : ICollectionFixture<StartedApp>;
