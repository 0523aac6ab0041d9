using System.Text.Json.Nodes;
using SmartFlow.Contracts.ActiveScheduler;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Tools;

/// <summary>
/// What the active scheduler suggests for the next hours. Asking for it changes nothing; taking one candidate is a
/// change of the week, whose key is the suggestion's own, so that it is made once, here or on the page.
/// </summary>
internal sealed class SuggestionTools(IActiveScheduler scheduler) : IToolGroup
{
    private const int SuggestionsMax = 10;

    public IEnumerable<Tool> Tools =>
        [
            new Tool
            {
                Name = "list_suggestions",
                Description =
                    "What the planner suggests for the next 24 hours and what waits for the student's word, with candidates.",
                Schema = Schemas.Of(),
                RunAsync = ListAsync,
            },
            new Tool
            {
                Name = "suggest_rest",
                Description =
                    "The student says that they are tired or need a break: what could give way in the next 24 hours, as a suggestion with candidates.",
                Schema = Schemas.Of(),
                RunAsync = RestAsync,
            },
            new Tool
            {
                Name = "take_suggestion",
                Kind = ChangeKinds.Week,
                Description =
                    "Carry out one candidate of a suggestion; the recommended one unless the student wants another.",
                Schema = Schemas.Of(
                    Parameter.Number("suggestion_id", "From suggest_rest or list_suggestions", required: true),
                    Parameter.Text("candidate", "The id of one of its candidates", required: true)
                ),
                ProposeAsync = ProposeAsync,
                ApplyAsync = ApplyAsync,
            },
        ];

    private async Task<ToolResult> ListAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var found = await scheduler.ListSuggestionsAsync(
            new ListSuggestionsRequest { UserId = call.UserId, Limit = SuggestionsMax },
            cancellationToken
        );
        return new ToolResult(
            new JsonObject { ["suggestions"] = new JsonArray([.. found.Items.Select(s => Of(s, call.Chinese))]) }
        );
    }

    private async Task<ToolResult> RestAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var paused = await scheduler.PauseAsync(
            new PauseRequest { UserId = call.UserId, Language = call.Chinese ? "zh" : "en" },
            cancellationToken
        );
        return paused.Suggestion is not { } made
            ? new ToolResult(
                new JsonObject
                {
                    ["suggestion"] = null,
                    ["note"] = "Nothing that could give way stands in the next 24 hours.",
                }
            )
            : new ToolResult(
                new JsonObject { ["suggestion"] = Of(made, call.Chinese) },
                made.Title,
                Card(made, call.Chinese)
            )
            {
                CallId = paused.CallId.Length > 0 ? paused.CallId : null,
            };
    }

    private async Task<Proposal> ProposeAsync(ToolCall call, CancellationToken cancellationToken)
    {
        var (suggestion, candidate) = await FindAsync(call, cancellationToken);
        if (suggestion.State != "open")
            throw new RefusedException(ErrorCodes.Conflict, $"The suggestion is {suggestion.State}.");
        var (zh, nowhere) = (call.Chinese, call.Chinese ? "未安排" : "nowhere");
        var diff =
            candidate.Changes.Count == 0
                ? [Told.Change(suggestion.Title, null, Kind(candidate.Kind, zh))]
                : candidate.Changes.Select(c =>
                    Told.Change(
                        c.Title,
                        Told.Words(Slot(c.Before), zh) ?? nowhere,
                        Told.Words(Slot(c.After), zh) ?? nowhere
                    )
                );
        return new Proposal(
            Kind(candidate.Kind, zh),
            Summary(candidate, zh),
            new JsonArray([.. diff]),
            [],
            candidate.Changes.Count == 0
                ? null
                : Told.Card(candidate.Changes.Select(c => (c.Title, Slot(c.Before), Slot(c.After))))
        );
    }

    private async Task<ToolResult> ApplyAsync(
        ToolCall call,
        JsonObject kept,
        string key,
        CancellationToken cancellationToken
    )
    {
        var (suggestion, candidate) = await FindAsync(call, cancellationToken);
        await scheduler.ConfirmSuggestionAsync(
            new ConfirmSuggestionRequest
            {
                UserId = call.UserId,
                Id = suggestion.Id,
                Candidate = candidate.Id,
            },
            cancellationToken
        );
        return new ToolResult(
            new JsonObject
            {
                ["done"] = true,
                ["kind"] = candidate.Kind,
                ["changes"] = Changes(candidate),
            },
            Summary(candidate, call.Chinese),
            Told.Card(candidate.Changes.Select(c => (c.Title, Slot(c.Before), Slot(c.After))))
        );
    }

    private async Task<(SuggestionMessage Suggestion, CandidateMessage Candidate)> FindAsync(
        ToolCall call,
        CancellationToken cancellationToken
    )
    {
        var (id, word) = (call.Arguments.NeededId("suggestion_id"), call.Arguments.Needed("candidate"));
        var suggestion = (
            await scheduler.GetSuggestionAsync(
                new GetSuggestionRequest { UserId = call.UserId, Id = id },
                cancellationToken
            )
        ).Suggestion;
        return (
            suggestion,
            suggestion.Candidates.FirstOrDefault(c => c.Id == word)
                ?? throw RefusedException.Field("candidate", "is none of the suggestion's")
        );
    }

    private static JsonObject Of(SuggestionMessage s, bool zh) =>
        new()
        {
            ["suggestion_id"] = s.Id,
            ["about"] = s.Kind,
            ["title"] = s.Title,
            ["recommended"] = s.Recommended,
            ["candidates"] = new JsonArray([
                .. s.Candidates.Select(c => new JsonObject
                {
                    ["candidate"] = c.Id,
                    ["kind"] = c.Kind,
                    ["what"] = Summary(c, zh),
                    ["risk"] = c.Risk,
                    ["changes"] = Changes(c),
                }),
            ]),
        };

    private static JsonArray Changes(CandidateMessage candidate) =>
        [
            .. candidate.Changes.Select(c => new JsonObject
            {
                ["before"] = Place(c.Title, c.Before),
                ["after"] = Place(c.Title, c.After),
            }),
        ];

    private static JsonObject? Place(string title, CandidateSlotMessage? at)
    {
        if (at is null)
            return null;
        var told = Told.Slot(Slot(at)!);
        told["title"] = title;
        return told;
    }

    private static string Summary(CandidateMessage candidate, bool zh)
    {
        if (candidate.Changes.Count == 0)
            return Kind(candidate.Kind, zh);
        var lines = candidate
            .Changes.Take(3)
            .Select(c =>
                c.Before is null
                    ? $"{c.Title} → {Told.Words(Slot(c.After), zh)}"
                    : $"{c.Title}: {Told.Words(Slot(c.Before), zh)} → {Told.Words(Slot(c.After), zh) ?? (zh ? "未安排" : "nowhere")}"
            );
        return string.Join(zh ? "；" : "; ", lines) + (candidate.Changes.Count > 3 ? " …" : "");
    }

    private static JsonObject Card(SuggestionMessage s, bool zh) =>
        new()
        {
            ["type"] = "suggestion",
            ["suggestion_id"] = s.Id,
            ["title"] = s.Title,
            ["candidates"] = new JsonArray([
                .. s.Candidates.Select(c => new JsonObject
                {
                    ["kind"] = c.Kind,
                    ["title"] = Kind(c.Kind, zh),
                    ["what"] = Summary(c, zh),
                    ["recommended"] = c.Id == s.Recommended,
                }),
            ]),
        };

    private static string Kind(string kind, bool zh) =>
        kind switch
        {
            "add" => zh ? "排进周历" : "Give it a place",
            "make_up" => zh ? "补上" : "Make up for it",
            "postpone" => zh ? "往后挪" : "Later",
            "merge" => zh ? "先做一半" : "Half of it",
            "ask" => zh ? "没有空位，由你决定" : "No room: you decide",
            "remind" => zh ? "到时提醒" : "Be reminded",
            _ => zh ? "保持原样" : "Leave it",
        };

    private static SlotMessage? Slot(CandidateSlotMessage? at) =>
        at is null
            ? null
            : new()
            {
                Date = at.Date,
                Week = at.Week,
                Day = at.Day,
                SectionFrom = at.SectionFrom,
                SectionTo = at.SectionTo,
            };
}
