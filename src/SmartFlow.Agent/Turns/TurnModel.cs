using Microsoft.Extensions.AI;
using SmartFlow.Contracts.Billing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;

namespace SmartFlow.Agent.Turns;

/// <summary>
/// The model as one turn sees it: every call has a key derived from the turn, and its receipt is counted.
/// </summary>
internal sealed class TurnModel(ILlm llm, OpenTurn turn)
{
    public TurnUsage Usage { get; } = new();

    /// <summary>One whole answer.</summary>
    public async Task<ChatResponse> AskAsync(
        string step,
        string scene,
        IEnumerable<ChatMessage> messages,
        ChatOptions options,
        CancellationToken cancellationToken
    )
    {
        using var client = Client(step, scene);
        var response = await client.GetResponseAsync(messages, options, cancellationToken);
        Count(response.RawRepresentation);
        return response;
    }

    /// <summary>One answer in pieces.</summary>
    public async IAsyncEnumerable<ChatResponseUpdate> StreamAsync(
        string step,
        string scene,
        IEnumerable<ChatMessage> messages,
        ChatOptions options,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        using var client = Client(step, scene);
        await foreach (var update in client.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            Count(update.RawRepresentation);
            yield return update;
        }
    }

    /// <summary>A call of this turn that another process made.</summary>
    public void Reopen(string step) => Usage.Open.Add(EventId(step));

    /// <summary>A call that another module made for this turn.</summary>
    public void Include(string eventId) => Usage.Open.Add(eventId);

    /// <summary>
    /// Asks the journal about calls that ended without a receipt: refused ones cost nothing, others may.
    /// </summary>
    public async Task SettleOpenAsync(CancellationToken cancellationToken)
    {
        foreach (var eventId in Usage.Open.ToList())
            try
            {
                var request = new GetCallRequest { UserId = turn.UserId, EventId = eventId };
                var call = (await llm.GetCallAsync(request, cancellationToken)).Call;
                if (call.FinishedAt.Length > 0)
                    Usage.Add(eventId, call.Usage, call.CreditMicros);
            }
            catch (RefusedException e)
            {
                // Nothing was begun, so nothing is open; out of reach stays open.
                if (e.Code == ErrorCodes.NotFound)
                    Usage.Open.Remove(eventId);
            }
    }

    private LlmChatClient Client(string step, string scene)
    {
        var eventId = EventId(step);
        Usage.Open.Add(eventId);
        return new LlmChatClient(
            llm,
            new BillingContext(
                turn.UserId,
                eventId,
                scene,
                turn.RequestId,
                turn.ConversationId.ToString(System.Globalization.CultureInfo.InvariantCulture),
                turn.Model,
                SkipCharge: false
            )
        );
    }

    private string EventId(string step) => ChatKeys.EventId(turn.TurnId, step);

    private void Count(object? raw)
    {
        if (raw is CallReceipt receipt)
            Usage.Add(receipt.EventId, receipt.Usage, receipt.CreditMicros);
    }
}
