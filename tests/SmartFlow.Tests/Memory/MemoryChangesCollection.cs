namespace SmartFlow.Tests.Memory;

/// <summary>One host for the tests of what turns did to the memory.</summary>
[CollectionDefinition(nameof(MemoryChangesCollection))]
public sealed class MemoryChangesCollection : ICollectionFixture<RememberingApp>;
