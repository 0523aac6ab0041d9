namespace SmartFlow.Tests.Planner.Courses;

/// <summary>A course as its user makes it.</summary>
internal static class CourseByHand
{
    private const string Courses = "/api/v1/courses";
    private static int keys;

    public static object Time(int day, int from, int to, params int[] weeks) =>
        new
        {
            day,
            section_from = from,
            section_to = to,
            weeks,
        };

    public static Task<Answer> MakeAsync(TestUser user, object body) =>
        user.PostAsync(Courses, body, ("Idempotency-Key", $"k{Interlocked.Increment(ref keys)}"));
}
