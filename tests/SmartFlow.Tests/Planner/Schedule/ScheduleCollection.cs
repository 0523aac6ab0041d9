namespace SmartFlow.Tests.Planner.Schedule;

/// <summary>One host for the tests of the week and of its changes.</summary>
[CollectionDefinition(nameof(ScheduleCollection))]
public sealed class ScheduleCollection : ICollectionFixture<StartedApp>;
