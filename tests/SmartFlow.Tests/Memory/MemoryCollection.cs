namespace SmartFlow.Tests.Memory;

/// <summary>One host for the tests of what is written down by hand.</summary>
[CollectionDefinition(nameof(MemoryCollection))]
public sealed class MemoryCollection : ICollectionFixture<RememberingApp>;
