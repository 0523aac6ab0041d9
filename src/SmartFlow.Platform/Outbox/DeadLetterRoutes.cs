using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Platform.Outbox;

internal sealed record Requeued(int Marked);

/// <summary>
/// GET /admin/dead-letters, GET /admin/dead-letters/{module}/{id}, POST …/requeue, POST
/// /admin/dead-letters/requeue-all, GET /admin/outbox. Requeueing is idempotent by itself: a letter is marked or it is
/// not. Refusals: invalid_argument, not_found, conflict (it waits for its next try already).
/// </summary>
internal sealed partial class DeadLetterRoutes(
    DeadLetters letters,
    IEnumerable<IOperatorAudit> audits,
    ILogger<DeadLetterRoutes> logger
)
{
    private const int MaxNameLength = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var admin = routes.MapGroup("/api/v1/admin").WithTags("Administration").RequireAuthorization(Policies.Operator);
        admin.MapGet(
            "/dead-letters",
            (
                DeadLetters list,
                string? module,
                string? consumer,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                CancellationToken cancellationToken
            ) =>
                list.ListAsync(
                    new DeadLetterFilter(Name("module", module), Name("consumer", consumer)),
                    PageQuery.Of(page, pageSize),
                    cancellationToken
                )
        );
        admin.MapGet(
            "/dead-letters/{module}/{id:long}",
            (string module, long id, DeadLetterRoutes letters, CancellationToken cancellationToken) =>
                letters.GetAsync(module, id, cancellationToken)
        );
        admin.MapPost(
            "/dead-letters/{module}/{id:long}/requeue",
            (string module, long id, HttpContext http, DeadLetterRoutes letters, CancellationToken cancellationToken) =>
                letters.RequeueAsync(module, id, Operator.Of(http), cancellationToken)
        );
        admin.MapPost(
            "/dead-letters/requeue-all",
            (string? consumer, HttpContext http, DeadLetterRoutes letters, CancellationToken cancellationToken) =>
                letters.RequeueAllAsync(Name("consumer", consumer), Operator.Of(http), cancellationToken)
        );
        admin.MapGet("/outbox", async (DeadLetters list, CancellationToken cancellationToken) =>
            WholeList.Of(await list.OutboxesAsync(cancellationToken))
        );
    }

    private async Task<DeadLetterDetail> GetAsync(string module, long id, CancellationToken cancellationToken) =>
        await letters.GetAsync(Module(module), id, cancellationToken) ?? throw RefusedException.NotFound("dead letter");

    private async Task<DeadLetterDetail> RequeueAsync(
        string module,
        long id,
        Operator by,
        CancellationToken cancellationToken
    )
    {
        var before = await GetAsync(module, id, cancellationToken);
        if (await letters.RequeueAsync(Module(module), id, "", cancellationToken) == 0)
            throw new RefusedException(
                ErrorCodes.Conflict,
                "It waits for its next try already, or has just been handled."
            );
        var after = await letters.GetAsync(Module(module), id, cancellationToken) ?? before;
        // Marking and this line are two transactions of two databases. Between them nothing is lost that money depends
        // on: the mark repeats nothing that was done, because every consumer knows the events that it has handled.
        await RecordAsync(
            new(by, "dead_letter.requeue", $"dead_letter:{before.Letter.Module}/{id}", before.Letter, after.Letter)
        );
        return after;
    }

    private async Task<Requeued> RequeueAllAsync(string consumer, Operator by, CancellationToken cancellationToken)
    {
        var requeued = new Requeued(await letters.RequeueAllAsync(consumer, cancellationToken));
        if (requeued.Marked > 0)
            await RecordAsync(
                new(by, "dead_letter.requeue_all", $"consumer:{(consumer.Length > 0 ? consumer : "*")}", null, requeued)
            );
        return requeued;
    }

    private async Task RecordAsync(OperatorAction action)
    {
        Log.Requeued(logger, action.By.UserId, action.Subject);
        foreach (var audit in audits)
            await audit.RecordAsync(action);
    }

    private IModuleDatabase Module(string name) => letters.Find(name) ?? throw RefusedException.NotFound("module");

    private static string Name(string field, string? given)
    {
        new FieldErrors().Text(field, given ?? "", 0, MaxNameLength).Throw($"{field} names nothing.");
        return given ?? "";
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Operator {UserId} requeued {Subject}")]
        public static partial void Requeued(ILogger logger, ulong userId, string subject);
    }
}
