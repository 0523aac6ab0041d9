using SmartFlow.Tests.Forum;

namespace SmartFlow.Tests.Notification;

/// <summary>One host for tests of notices that need nothing but users of their own.</summary>
[CollectionDefinition(nameof(PlazaOfNotices))]
public sealed class PlazaOfNotices : ICollectionFixture<Plaza>;
