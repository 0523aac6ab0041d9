using NodaTime;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Rpc;

// Study plans for other modules: snapshots and imports without places in the week, inspection with them, and changes.
internal sealed partial class LocalPlanner
{
    private const int SourceMax = 200;

    public async Task<GetTaskClassResponse> GetTaskClassAsync(
        GetTaskClassRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (found, items) = await ReadTaskClass.FindAsync(db, request.UserId, Id(request.Id), cancellationToken);
        var drafts = new ClassDrafts(await ZoneAsync(db, request.UserId, cancellationToken));
        return new GetTaskClassResponse
        {
            TaskClass = new TaskClassMessage
            {
                Id = request.Id,
                Draft = drafts.Write(found, items),
                Source = found.Source ?? "",
                Version = found.Version,
                CreatedAt = Stamp(found.CreatedAt),
                UpdatedAt = Stamp(found.UpdatedAt),
            },
        };
    }

    public async Task<CreateTaskClassResponse> CreateTaskClassAsync(
        CreateTaskClassRequest request,
        CancellationToken cancellationToken
    )
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
        var (made, existed) = await classes.AddAsync(
            request.UserId,
            fields,
            new ClassOrigin(key, source),
            cancellationToken
        );
        return new CreateTaskClassResponse { Id = checked((ulong)made.Id), Existed = existed };
    }

    public async Task<ListTaskClassesResponse> ListTaskClassesAsync(
        ListTaskClassesRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var query = PageQuery.Of(
            request.Page == 0 ? null : request.Page,
            request.PageSize == 0 ? null : request.PageSize
        );
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (items, total) = await ListTaskClasses.FindAsync(db, request.UserId, query, cancellationToken);
        var response = new ListTaskClassesResponse { Total = total };
        response.Items.Add(items.Select(ToMessage));
        return response;
    }

    public async Task<InspectTaskClassResponse> InspectTaskClassAsync(
        InspectTaskClassRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (found, items) = await ReadTaskClass.FindAsync(db, request.UserId, Id(request.Id), cancellationToken);
        var term = await terms.ReadAsync(db, request.UserId, cancellationToken);
        var (calendar, places) = (
            new TermCalendar(term),
            await ReadTaskClass.PlacesAsync(db, found.Id, cancellationToken)
        );
        var response = new InspectTaskClassResponse
        {
            Summary = ToMessage(ListTaskClasses.Of(found, ClassProgress.Of(items))),
            Difficulty = ClassDrafts.Word(found.Difficulty),
            Intensity = ClassDrafts.Word(found.Intensity),
            AllowFillerCourses = found.AllowFillerCourses,
        };
        response.ExcludedPairs.Add(TaskClassView.Numbers(found.ExcludedPairs));
        response.ExcludedDays.Add(TaskClassView.Numbers(found.ExcludedDays));
        response.Items.Add(
            items.Select(i =>
                Of(i, places.GetValueOrDefault(i.Id) is { } p && p.TermId == term.Id ? p : null, calendar)
            )
        );
        return response;
    }

    public async Task<EditTaskClassResponse> EditTaskClassAsync(
        EditTaskClassRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var id = Id(request.Id);
        var made = await EditTaskClass.WriteAsync(
            writer,
            async (db, token) =>
            {
                var (found, items) = await ReadTaskClass.FindAsync(db, request.UserId, id, token);
                int? seen = request.Version == 0 ? null : request.Version;
                EditTaskClass.CheckVersion(found, seen);
                var fields = new ClassDrafts(await ZoneAsync(db, request.UserId, token))
                    .Edited(found, items, request)
                    .Checked(options.Value.TaskItemsMax, ClassFields.GivenNameMax);
                return await EditTaskClass.EditAsync(db, request.UserId, id, seen, fields, clock.MicrosNow(), token);
            },
            cancellationToken
        );
        return new EditTaskClassResponse { Version = made.Version };
    }

    public async Task<DeleteTaskClassResponse> DeleteTaskClassAsync(
        DeleteTaskClassRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        await DeleteTaskClass.DeleteAsync(request.UserId, Id(request.Id), writer, cancellationToken);
        return new DeleteTaskClassResponse();
    }

    private static TaskItemMessage Of(TaskItem item, Schedule.Placement? place, TermCalendar calendar) =>
        new()
        {
            Id = checked((ulong)item.Id),
            Position = item.Position,
            Content = item.Content,
            Sections = item.Sections,
            DeadlineAt = Stamp(item.DeadlineAt),
            DoneAt = Stamp(item.DoneAt),
            PlacementId = WeekMessages.Id(place?.Id),
            At = place is null ? null : WeekMessages.SlotOf(calendar, place.At),
            Locked = place?.Locked ?? false,
            Missed = place?.Missed ?? false,
        };

    private async Task<DateTimeZone> ZoneAsync(PlannerDb db, ulong userId, CancellationToken cancellationToken) =>
        DateTimeZoneProviders.Tzdb.GetZoneOrNull((await terms.ReadAsync(db, userId, cancellationToken)).TimeZone)
        ?? DateTimeZone.Utc;

    private static string Key(string key) =>
        key.Length is > 0 and <= KeyMax
            ? key
            : throw RefusedException.Field("idempotency_key", $"must have 1 to {KeyMax} characters");

    private static TaskClassSummary ToMessage(ListTaskClasses.Summary c) =>
        new()
        {
            Id = checked((ulong)c.Id),
            Name = c.Name,
            Mode = ClassDrafts.Word(c.Mode),
            StartDate = ClassDrafts.Text(c.StartDate),
            EndDate = ClassDrafts.Text(c.EndDate),
            Subject = ClassDrafts.Word(c.Subject),
            Strategy = ClassDrafts.Word(c.Strategy),
            Source = c.Source ?? "",
            Version = c.Version,
            Items = c.Progress.Items,
            Placed = c.Progress.Placed,
            Done = c.Progress.Done,
            Sections = c.Progress.Sections,
        };
}
