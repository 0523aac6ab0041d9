namespace SmartFlow.Tests.Planner.Exchange;

/// <summary>What stands in the first two sections of three Mondays.</summary>
internal static class OnMondays
{
    public static object Course(string name) =>
        new
        {
            name,
            arrangements = new[]
            {
                new
                {
                    day = 1,
                    section_from = 1,
                    section_to = 2,
                    weeks = new[] { 1, 2, 3 },
                },
            },
        };
}
