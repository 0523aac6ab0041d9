using SmartFlow.Tests.Planner;

namespace SmartFlow.Tests.ActiveScheduler;

/// <summary>One host for the tests of suggestions and of the word on them.</summary>
[CollectionDefinition(nameof(SuggestionCollection))]
public sealed class SuggestionCollection : ICollectionFixture<StartedApp>;
