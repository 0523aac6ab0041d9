using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.Planner;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Events;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Planner.Rpc;

// Personal events for other modules, through the slices of the pages.
internal sealed partial class LocalPlanner
{
    public async Task<ListEventsResponse> ListEventsAsync(
        ListEventsRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var response = new ListEventsResponse();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await TermWriter.FindAsync(db, request.UserId, cancellationToken) is not { } term)
            return response;
        var own = await EventWriter
            .OfTerm(db, term)
            .AsNoTracking()
            .OrderBy(c => c.Name)
            .ThenBy(c => c.Id)
            .Take(EventWriter.EventsMax)
            .ToListAsync(cancellationToken);
        response.Events.Add(own.Select(c => Message(EventView.Of(c, term))));
        return response;
    }

    public async Task<CreateEventResponse> CreateEventAsync(
        CreateEventRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        var fields = Fields(request.Draft ?? throw RefusedException.Field("draft", "is missing"));
        var made = request.DryRun
            ? await events.TryAsync(request.UserId, fields, cancellationToken)
            : await events.MakeOnceAsync(request.UserId, fields, cancellationToken);
        return new CreateEventResponse { Event = Message(made) };
    }

    public async Task<DeleteEventResponse> DeleteEventAsync(
        DeleteEventRequest request,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Date.Length > 0)
            await events.CancelAsync(
                request.UserId,
                Id(request.Id),
                ClassDrafts.Date("date", request.Date),
                cancellationToken
            );
        else
            await DeleteCourse.RunAsync(
                request.UserId,
                Id(request.Id),
                CourseKind.Event,
                terms,
                clock,
                cancellationToken
            );
        return new DeleteEventResponse();
    }

    private static EventFields Fields(EventDraft draft) =>
        new(
            draft.Title,
            draft.Place,
            null,
            draft.Date.Length == 0 ? null : ClassDrafts.Date("date", draft.Date),
            draft.Repeat switch
            {
                "" or "once" => EventRepeat.Once,
                "weekly" => EventRepeat.Weekly,
                "biweekly" => EventRepeat.Biweekly,
                _ => throw RefusedException.Field("repeat", "must be one of once, weekly, biweekly"),
            },
            draft.Until.Length == 0 ? null : ClassDrafts.Date("until", draft.Until),
            null,
            draft.SectionFrom == 0 ? null : draft.SectionFrom,
            draft.SectionTo == 0 ? null : draft.SectionTo,
            Said(draft.Starts),
            Said(draft.Ends),
            null
        );

    private static string? Said(string text) => text.Length == 0 ? null : text;

    private static EventMessage Message(EventView one)
    {
        var message = new EventMessage
        {
            Id = WeekMessages.Id(one.Id),
            Title = one.Title,
            Place = one.Place,
            Day = one.Day,
            SectionFrom = one.SectionFrom,
            SectionTo = one.SectionTo,
            Starts = one.Starts,
            Ends = one.Ends,
        };
        message.Dates.Add(one.Dates.Select(ClassDrafts.Text));
        return message;
    }
}
