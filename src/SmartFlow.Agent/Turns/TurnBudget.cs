using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// What a turn may cost before it asks whether it goes on: a user's own number, within the operator's.
/// </summary>
internal static class TurnBudget
{
    private const int Decimals = 6;

    /// <exception cref="RefusedException">invalid_argument naming the field.</exception>
    public static void Check(string field, decimal credit, AgentOptions options)
    {
        if (credit < 0.01m || credit > options.TurnBudgetCreditsMax)
            throw RefusedException.Field(
                field,
                FormattableString.Invariant($"must be between 0.01 and {options.TurnBudgetCreditsMax}")
            );
        if (decimal.Round(credit, Decimals) != credit)
            throw RefusedException.Field(field, $"must have at most {Decimals} decimals");
    }
}

/// <summary>
/// GET /agent/budget: what a turn may cost where its conversation says nothing, and how far it may be raised.
/// </summary>
internal static class ReadBudget
{
    internal sealed record Answer(decimal TurnBudgetCredit, decimal TurnBudgetCreditMax);

    public static void Map(RouteGroupBuilder agent) =>
        agent.MapGet("/budget", Handle).WithName("ReadTurnBudget").WithSummary("What a turn may cost");

    private static Ok<Answer> Handle(IOptions<AgentOptions> options) =>
        TypedResults.Ok(new Answer(options.Value.TurnBudgetCredits, options.Value.TurnBudgetCreditsMax));
}
