using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Planner.Terms;

/// <summary>
/// POST /terms: a new term becomes the current one; the one before it is kept with everything that stands in it. What
/// is absent is as in the term before, but for the days off.
/// </summary>
internal sealed class StartTerm(TermWriter terms, TimeProvider clock, IOptions<PlannerOptions> options)
{
    public static void Map(RouteGroupBuilder routes) =>
        routes
            .MapPost(
                "/",
                async Task<Created<TermView>> (
                    TermFields request,
                    ClaimsPrincipal user,
                    StartTerm start,
                    CancellationToken cancellationToken
                ) =>
                {
                    var term = await start.HandleAsync(user.UserId(), request, cancellationToken);
                    return TypedResults.Created($"/api/v1/terms/{term.Id}", term);
                }
            )
            .WithIdempotency<PlannerDb>(required: true)
            .WithName("StartTerm")
            .WithSummary("Start the next term");

    private async Task<TermView> HandleAsync(ulong userId, TermFields request, CancellationToken cancellationToken)
    {
        if (request.FirstMonday is not { } monday)
            throw RefusedException.Field("first_monday", "is required");
        var term = await terms.MakeCurrentAsync(
            userId,
            async (db, before, token) =>
            {
                var max = options.Value.TermsMax;
                if (await db.Terms.CountAsync(t => t.UserId == userId, token) >= max)
                    throw new RefusedException(
                        ErrorCodes.Conflict,
                        $"There are {max} terms already.",
                        extensions: new Dictionary<string, object?> { ["rule"] = "terms_max", ["max"] = max }
                    );
                var next = After(before ?? terms.Default(userId), monday);
                request.ApplyTo(next);
                await TermDates.RefuseOverlapAsync(db, next, token);
                return next;
            },
            cancellationToken
        );
        return TermView.Of(term, clock.GetUtcNow());
    }

    private Term After(Term before, DateOnly monday)
    {
        var now = clock.MicrosNow();
        return new Term
        {
            UserId = before.UserId,
            Name = monday.ToString("yyyy-MM", CultureInfo.InvariantCulture),
            FirstMonday = monday,
            Weeks = before.Weeks,
            TimeZone = before.TimeZone,
            SectionTimes = before.SectionTimes,
            DaysOff = DaysOff.None,
            StudyOnHolidays = before.StudyOnHolidays,
            CreatedAt = now,
            UpdatedAt = now,
        };
    }
}
