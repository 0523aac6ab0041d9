namespace SmartFlow.Tests.Planner.Courses;

/// <summary>One host for the tests of imports that need no more than a user of their own each.</summary>
[CollectionDefinition(nameof(CourseImportCollection))]
public sealed class CourseImportCollection : ICollectionFixture<StartedApp>;
