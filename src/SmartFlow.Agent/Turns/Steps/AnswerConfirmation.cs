using Microsoft.EntityFrameworkCore;
using SmartFlow.Agent.Interactions;
using SmartFlow.Contracts.Planner;
using SmartFlow.Platform.Data;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>
/// Carries out, or drops, what a person was asked about. A quick task needs no model call; a tool's call goes on with
/// its loop.
/// </summary>
internal sealed class AnswerConfirmation(
    CreateTask create,
    ProposeTask propose,
    AnswerToolCall tools,
    ToolLoop loop,
    IWriter<AgentDb> writer,
    TimeProvider clock
)
{
    private const double Sure = 0.7;

    public async Task RunAsync(Stage stage, ConfirmationAnswer word, CancellationToken cancellationToken)
    {
        if (word.Interaction.Tool == GoOn.Tool)
        {
            await GoOnAsync(stage, word, cancellationToken);
            return;
        }
        if (word.Interaction.Tool is not null)
        {
            await tools.RunAsync(stage, word, cancellationToken);
            return;
        }
        if (word.Interaction.ExecutedAt is not null)
            return;
        var draft = QuickTaskDraft.Parser.ParseFrom(word.Interaction.Draft);
        if (word.Accept)
        {
            // The interaction is the task's key: a process that dies before the mark below repeats without a second
            // task.
            await create.RunAsync(stage, draft, word.Interaction.Id, cancellationToken);
            await MarkExecutedAsync(word.Interaction, cancellationToken);
            return;
        }
        await stage.SayAsync(Words.Rejected(stage.Turn.Chinese), cancellationToken);
        await ReconsiderAsync(stage, draft, word.Comment, cancellationToken);
    }

    /// <summary>
    /// The mark comes last: where the process dies before it, the word may be given once more, and no kept round is
    /// asked again.
    /// </summary>
    private async Task GoOnAsync(Stage stage, ConfirmationAnswer word, CancellationToken cancellationToken)
    {
        if (!word.Accept)
        {
            await stage.SayAsync(Words.StopHere(stage.Turn.Chinese), cancellationToken);
            return;
        }
        await loop.RunAsync(stage, GoOn.ThreadOf(word.Interaction), cancellationToken);
        await MarkExecutedAsync(word.Interaction, cancellationToken);
    }

    /// <summary>A rejection that names another date is a correction: asked again with that date.</summary>
    private async Task ReconsiderAsync(
        Stage stage,
        QuickTaskDraft draft,
        string comment,
        CancellationToken cancellationToken
    )
    {
        if (comment.Length == 0)
            return;
        var read = await propose.ParseAsync(stage.Turn, comment, cancellationToken);
        if (read.Confidence >= Sure)
            await propose.AskAsync(stage, ProposeTask.Redated(draft, read.Draft), cancellationToken);
    }

    private Task<int> MarkExecutedAsync(Interaction interaction, CancellationToken cancellationToken)
    {
        var now = clock.MicrosNow();
        return writer.WriteAsync(
            (db, token) =>
                db
                    .Interactions.Where(i => i.Id == interaction.Id)
                    .ExecuteUpdateAsync(s => s.SetProperty(i => i.ExecutedAt, now), token),
            cancellationToken
        );
    }
}
