using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using SmartFlow.Agent.Rounds;
using SmartFlow.Agent.Timeline;
using SmartFlow.Agent.Tools;
using SmartFlow.Agent.Turns.Steps;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Faults;

namespace SmartFlow.Agent.Turns;

/// <summary>How a turn ended.</summary>
/// <param name="Outcome">completed, stopped or failed.</param>
/// <param name="Refusal">Why it failed.</param>
internal sealed record TurnEnd(string Outcome, RefusedException? Refusal = null)
{
    public static readonly TurnEnd Completed = new("completed");
    public static readonly TurnEnd Stopped = new("stopped");
    public static readonly TurnEnd ShutDown = new("interrupted");
}

/// <summary>
/// The story of a turn. It always ends with usage and done, and never throws for what a user or a model did.
/// </summary>
internal sealed class RunTurn(
    ILlm llm,
    Routing routing,
    PlainAnswer plain,
    ProposeTask propose,
    CreateTask create,
    ShowTasks show,
    ToolLoop loop,
    AnswerConfirmation answer,
    Threads threads,
    CloseTurn close,
    IWriter<AgentDb> writer,
    TimeProvider clock,
    IOptions<AgentOptions> options,
    ILogger<RunTurn> logger
)
{
    public async Task RunAsync(OpenTurn turn, LiveTurn live, CancellationToken shutdown)
    {
        var settings = options.Value;
        using var limit = new CancellationTokenSource(settings.TurnTimeout, clock);
        await using var stopping = shutdown.UnsafeRegister(static l => ((CancellationTokenSource)l!).Cancel(), limit);
        // A stop shows at once; the call that runs gets a moment to say what it cost.
        live.OnStop(() => limit.CancelAfter(TimeSpan.FromSeconds(settings.StopDrainSeconds)));

        var stage = new Stage(turn, live, new TurnModel(llm, turn), writer, clock, settings.AnswerCharactersMax);
        var ending = await EndAsync(stage, live, shutdown, limit.Token);
        live.OnStop(static () => { });
        await close.CloseAsync(stage, ending);
    }

    private async Task StoryAsync(Stage stage, CancellationToken cancellationToken)
    {
        var turn = stage.Turn;

        // :: Step 0: a turn whose process died goes on where it stood.
        if (turn.TakenUp && await threads.IsToldAsync(turn, cancellationToken))
        {
            // What it asked was charged then: its end says so.
            stage.Model.Reopen(Routing.Step);
            stage.Model.Reopen(PlainAnswer.Step);
            return;
        }
        if (
            turn is { TakenUp: true, Answer: null }
            && (await threads.RoundsAsync(turn.TurnId, cancellationToken)).Count > 0
        )
        {
            stage.Model.Reopen(Routing.Step);
            await loop.RunAsync(stage, turn.TurnId, cancellationToken);
            return;
        }

        // :: Step 1: a word on what waits: execute it, or drop it.
        if (turn.Answer is { } word)
        {
            await answer.RunAsync(stage, word, cancellationToken);
            return;
        }

        // :: Step 2: one model call says what the message wants. Whatever cannot be read wants a plain answer.
        stage.Status("routing", Words.Thinking(turn.Chinese));
        var route = await routing.DecideAsync(stage, cancellationToken);
        FaultPoint.Reach("turn.routed");
        stage.ThrowIfStopped();

        switch (route.Kind)
        {
            // :: Step 3: a write asks first, unless this conversation allows it always.
            case RouteKind.TaskCreate when !turn.Allows(ChangeKinds.Tasks):
                await propose.RunAsync(stage, turn.Message, route, cancellationToken);
                break;
            case RouteKind.TaskCreate:
                var draft = await propose.DraftAsync(stage, turn.Message, route, cancellationToken);
                await create.RunAsync(stage, draft, key: $"turn:{turn.TurnId}", cancellationToken);
                break;

            // :: Step 4: reading runs at once.
            case RouteKind.TaskQuery:
                await show.RunAsync(stage, cancellationToken);
                break;

            // :: Step 5: what needs tools: read, propose, and once allowed execute.
            case RouteKind.Plan:
                await loop.RunAsync(stage, turn.TurnId, cancellationToken);
                break;

            // :: Step 6: everything else is talk.
            default:
                await plain.RunAsync(stage, cancellationToken);
                break;
        }
    }

    private async Task<TurnEnd> EndAsync(
        Stage stage,
        LiveTurn live,
        CancellationToken shutdown,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await StoryAsync(stage, cancellationToken);
            return TurnEnd.Completed;
        }
        catch (Exception e)
            when (e is TurnStoppedException || (live.Stopping && e is OperationCanceledException or RefusedException))
        {
            return TurnEnd.Stopped;
        }
        catch (OperationCanceledException) when (shutdown.IsCancellationRequested)
        {
            return TurnEnd.ShutDown;
        }
        catch (OperationCanceledException)
        {
            return new TurnEnd(
                "failed",
                new RefusedException(ErrorCodes.ProviderTimeout, "The answer took too long and was ended.")
            );
        }
        catch (RefusedException e)
        {
            return new TurnEnd("failed", e);
        }
        catch (Exception e) when (e is not ConversationLostException)
        {
            RunTurnLog.Failed(logger, e, stage.Turn.TurnId);
            return new TurnEnd(
                "failed",
                new RefusedException(ErrorCodes.Internal, "Something went wrong on our side. Your message is kept.")
            );
        }
        catch (ConversationLostException)
        {
            return TurnEnd.Stopped;
        }
    }
}

internal static partial class RunTurnLog
{
    [LoggerMessage(Level = LogLevel.Error, Message = "Turn {TurnId} failed.")]
    public static partial void Failed(ILogger logger, Exception exception, string turnId);
}
