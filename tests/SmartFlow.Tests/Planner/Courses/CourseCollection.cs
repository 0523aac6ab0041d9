namespace SmartFlow.Tests.Planner.Courses;

/// <summary>One host for the tests of courses that are made by hand.</summary>
[CollectionDefinition(nameof(CourseCollection))]
public sealed class CourseCollection : ICollectionFixture<StartedApp>;
