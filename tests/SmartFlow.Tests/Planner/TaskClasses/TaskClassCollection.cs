namespace SmartFlow.Tests.Planner.TaskClasses;

/// <summary>One host for the tests of study plans.</summary>
[CollectionDefinition(nameof(TaskClassCollection))]
public sealed class TaskClassCollection : ICollectionFixture<StartedApp>;
