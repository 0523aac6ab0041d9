using Microsoft.Extensions.AI;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Billing;

namespace SmartFlow.Agent.Turns.Steps;

/// <summary>Talk: one streamed call, scene agent.chat, with as much history as the budget holds.</summary>
internal sealed class PlainAnswer(History history, IOptions<AgentOptions> options)
{
    /// <summary>Its call's event id ends with it.</summary>
    public const string Step = "chat";

    public async Task RunAsync(Stage stage, CancellationToken cancellationToken)
    {
        var (turn, settings) = (stage.Turn, options.Value);
        stage.Status("answering", Words.Answering(turn.Chinese));
        var earlier = await history.ReadAsync(
            turn.ConversationId,
            settings.HistoryMessages,
            settings.HistoryCharacters,
            turn.TurnId,
            cancellationToken
        );
        List<ChatMessage> messages =
        [
            new(ChatRole.System, turn.Chinese ? Prompts.ChatZh : Prompts.ChatEn),
            .. earlier,
            .. Remembered(turn),
            new(ChatRole.User, turn.Message),
        ];
        var limits = new ChatOptions { MaxOutputTokens = settings.AnswerTokensMax };
        var stream = stage.Model.StreamAsync(Step, Scenes.AgentChat, messages, limits, cancellationToken);
        await TellAsync(stage, stream, cancellationToken);
    }

    /// <summary>What is known stands behind what does not change, as data of its own message.</summary>
    private static IEnumerable<ChatMessage> Remembered(OpenTurn turn) =>
        turn.Remembered is { } known ? [new(ChatRole.User, $"{{\"remembered\":{known}}}")] : [];

    /// <summary>A stop keeps what came; the rest of the stream is read, unseen, for the receipt at its end.</summary>
    private static async Task TellAsync(
        Stage stage,
        IAsyncEnumerable<ChatResponseUpdate> stream,
        CancellationToken cancellationToken
    )
    {
        var telling = true;
        await foreach (var update in stream)
        {
            telling = telling && !stage.Stopping;
            if (!telling)
                continue;
            foreach (var content in update.Contents)
                if (content is TextReasoningContent thought)
                    stage.Reasoning(thought.Text);
                else if (content is TextContent text)
                    telling &= stage.Delta(text.Text);
                else if (content is ErrorContent refusal)
                    telling &= stage.Delta(refusal.Message);
        }
        stage.ThrowIfStopped();
        await stage.SaveTextAsync(cancellationToken);
    }
}
