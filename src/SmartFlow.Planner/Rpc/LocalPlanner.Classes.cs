using NodaTime;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Rpc;

// Study plans for other modules: snapshots and imports, never places in the timetable.
internal sealed partial class LocalPlanner
{
    private const int SourceMax = 200;

    public async Task<GetTaskClassResponse> GetTaskClassAsync(GetTaskClassRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var id = request.Id <= long.MaxValue ? (long)request.Id : 0;
        var (found, items) = await ReadTaskClass.FindAsync(db, request.UserId, id, cancellationToken);
        var drafts = new ClassDrafts(await ZoneAsync(db, request.UserId, cancellationToken));
        return new GetTaskClassResponse
        {
            TaskClass = new TaskClassMessage
            {
                Id = request.Id, Draft = drafts.Write(found, items), Source = found.Source ?? "", Version = found.Version,
                CreatedAt = Stamp(found.CreatedAt), UpdatedAt = Stamp(found.UpdatedAt),
            },
        };
    }

    public async Task<CreateTaskClassResponse> CreateTaskClassAsync(CreateTaskClassRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var key = Key(request.IdempotencyKey);
        var draft = request.Draft ?? throw RefusedException.Field("draft", "is missing");
        var source = request.Source.Length == 0 ? null : request.Source;
        if (source is not null && PlainText.Problem(source, SourceMax, SourceMax) is { } problem)
            throw RefusedException.Field("source", problem);
        DateTimeZone zone;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
            zone = await ZoneAsync(db, request.UserId, cancellationToken);
        var fields = new ClassDrafts(zone).Read(draft);
        var (made, existed) = await classes.AddAsync(request.UserId, fields, new ClassOrigin(key, source), cancellationToken);
        return new CreateTaskClassResponse { Id = checked((ulong)made.Id), Existed = existed };
    }

    public async Task<ListTaskClassesResponse> ListTaskClassesAsync(ListTaskClassesRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = PageQuery.Of(request.Page == 0 ? null : request.Page, request.PageSize == 0 ? null : request.PageSize);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (items, total) = await ListTaskClasses.FindAsync(db, request.UserId, query, cancellationToken);
        var response = new ListTaskClassesResponse { Total = total };
        response.Items.Add(items.Select(ToMessage));
        return response;
    }

    private async Task<DateTimeZone> ZoneAsync(PlannerDb db, ulong userId, CancellationToken cancellationToken) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull((await terms.ReadAsync(db, userId, cancellationToken)).TimeZone) ?? DateTimeZone.Utc;

    private static string Key(string key) =>
        key.Length is > 0 and <= KeyMax ? key : throw RefusedException.Field("idempotency_key", $"must have 1 to {KeyMax} characters");

    private static TaskClassSummary ToMessage(ListTaskClasses.Summary c) => new()
    {
        Id = checked((ulong)c.Id), Name = c.Name, Mode = ClassDrafts.Word(c.Mode), StartDate = ClassDrafts.Text(c.StartDate),
        EndDate = ClassDrafts.Text(c.EndDate), Subject = ClassDrafts.Word(c.Subject), Strategy = ClassDrafts.Word(c.Strategy),
        Source = c.Source ?? "", Version = c.Version, Items = c.Progress.Items, Placed = c.Progress.Placed, Done = c.Progress.Done,
        Sections = c.Progress.Sections,
    };
}
