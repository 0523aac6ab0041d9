using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Agent.Rounds;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Tools;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Faults;
using SmartFlow.Platform.Web;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>
/// A word on a tool's change: it is made, or not, the model is told, and the loop goes on. Whatever happens in between,
/// the change is made under the confirmation's own key, and what came of it is kept with the mark that it was carried
/// out.
/// </summary>
internal sealed class AnswerToolCall(
    Toolbox tools,
    ToolRun runs,
    ToolLoop loop,
    Threads threads,
    IWriter<AgentDb> writer,
    TimeProvider clock
)
{
    public async Task RunAsync(Stage stage, ConfirmationAnswer word, CancellationToken cancellationToken)
    {
        var pending = JsonSerializer.Deserialize<PendingCall>(word.Interaction.Draft, WebJson.Options)!;
        var rounds = await threads.RoundsAsync(pending.ThreadId, cancellationToken);
        var (row, body) = rounds.Find(r => r.Row.Number == pending.Number);

        // :: Step 1: once. A turn that is taken up again may have come further than this.
        if (body.Calls.Single(c => c.Id == pending.CallId).Answer is null)
        {
            var outcome = word.Accept
                ? await runs.ApplyAsync(
                    stage,
                    tools.Find(pending.Name)!,
                    pending,
                    word.Interaction.Id,
                    cancellationToken
                )
                : new CallOutcome(Rejected(word.Comment), []);
            FaultPoint.Reach("turn.executed");
            await KeepAsync(
                stage,
                word,
                row,
                body.With(pending.CallId, outcome.Answer!),
                outcome.Items,
                cancellationToken
            );
        }

        // :: Step 2: a plain no ends it; a comment is a wish.
        if (!word.Accept && word.Comment.Length == 0)
        {
            await stage.SayAsync(Words.NothingChanged(stage.Turn.Chinese), cancellationToken);
            return;
        }
        await loop.RunAsync(stage, pending.ThreadId, cancellationToken);
    }

    private async Task KeepAsync(
        Stage stage,
        ConfirmationAnswer word,
        Round row,
        RoundBody body,
        IReadOnlyList<NewItem> items,
        CancellationToken cancellationToken
    )
    {
        var (turn, now, text) = (stage.Turn, clock.MicrosNow(), body.Write());
        var last = await writer.WriteAsync(
            async (db, token) =>
            {
                await db
                    .Rounds.Where(r => r.ThreadId == row.ThreadId && r.Number == row.Number)
                    .ExecuteUpdateAsync(s => s.SetProperty(r => r.Body, text), token);
                await db
                    .Interactions.Where(i => i.Id == word.Interaction.Id && word.Accept)
                    .ExecuteUpdateAsync(s => s.SetProperty(i => i.ExecutedAt, now), token);
                return await Append.ToAsync(db, turn.ConversationId, turn.TurnId, now, items, token);
            },
            cancellationToken
        );
        stage.Added(items, last);
    }

    private static string Rejected(string comment) =>
        new JsonObject { ["rejected"] = true, ["comment"] = comment }.ToJsonString(WebJson.Options);
}
