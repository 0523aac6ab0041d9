using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Platform.Doctor;

/// <param name="Check">What was looked at, in a word.</param>
/// <param name="Level">warning or error.</param>
/// <param name="Found">What is so, without secrets.</param>
/// <param name="ToDo">What to do about it.</param>
internal sealed record AlertView(string Check, DoctorLevel Level, string Found, string ToDo);

/// <param name="At">When it was looked at; a look is good for half a minute.</param>
/// <param name="Checks">What was looked at.</param>
/// <param name="Alerts">What somebody should see to; empty: all is well.</param>
internal sealed record CheckupView(DateTimeOffset At, IReadOnlyList<string> Checks, IReadOnlyList<AlertView> Alerts);

/// <summary>
/// GET /admin/checkup: what <c>smartflow doctor</c> finds in the process that answers: databases with outboxes and dead
/// letters, disk, clock, neighbours, providers, prices, mail, the last reconciliation. One look at a time, whoever
/// asks.
/// </summary>
internal sealed class GetCheckup(Checkup checkup, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Good = TimeSpan.FromSeconds(30);
    private readonly SemaphoreSlim one = new(1, 1);
    private (CheckupView View, long Since)? last;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes
            .MapGet("/api/v1/admin/checkup", (GetCheckup get, CancellationToken cancellationToken) =>
                get.HandleAsync(cancellationToken)
            )
            .RequireAuthorization(Policies.Operator)
            .WithTags("Administration")
            .WithName("GetCheckup")
            .WithSummary("What does not work here, and what to do");

    public void Dispose() => one.Dispose();

    private async Task<CheckupView> HandleAsync(CancellationToken cancellationToken)
    {
        await one.WaitAsync(cancellationToken);
        try
        {
            if (last is { } known && time.GetElapsedTime(known.Since) < Good)
                return known.View;
            var things = await checkup.RunAsync(Patience, _ => Task.CompletedTask, cancellationToken);
            var view = new CheckupView(
                time.GetUtcNow(),
                [.. things.Select(t => t.Name)],
                [
                    .. things
                        .SelectMany(t =>
                            t.Findings.Where(f => f.Level != DoctorLevel.Ok)
                                .Select(f => new AlertView(t.Name, f.Level, f.Found, f.ToDo))
                        )
                        .OrderByDescending(a => a.Level),
                ]
            );
            last = (view, time.GetTimestamp());
            return view;
        }
        finally
        {
            one.Release();
        }
    }
}
