namespace SmartFlow.Tests.Planner.Exchange;

/// <summary>One host for the tests of what calendars and files get.</summary>
[CollectionDefinition(nameof(ExchangeCollection))]
public sealed class ExchangeCollection : ICollectionFixture<StartedApp>;
