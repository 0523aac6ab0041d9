namespace SmartFlow.Tests.Planner.Terms;

/// <summary>One host for the tests of the terms of a user.</summary>
[CollectionDefinition(nameof(TermCollection))]
public sealed class TermCollection : ICollectionFixture<StartedApp>;
