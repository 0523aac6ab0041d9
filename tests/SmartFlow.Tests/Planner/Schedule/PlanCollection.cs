namespace SmartFlow.Tests.Planner.Schedule;

/// <summary>One host for the tests of plans and their previews.</summary>
[CollectionDefinition(nameof(PlanCollection))]
public sealed class PlanCollection : ICollectionFixture<StartedApp>;
