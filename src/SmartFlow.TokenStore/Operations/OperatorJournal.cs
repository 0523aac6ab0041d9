using System.Text.Json;
using Microsoft.Extensions.Logging;
using SmartFlow.Contracts.Ledger;
using SmartFlow.Platform.Audit;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.TokenStore.Operations;

/// <summary>Takes the lines of operators' acts in other processes. Refusals: invalid_argument.</summary>
internal sealed class OperatorJournal(OperatorAudit audit) : IOperatorJournal
{
    private const int MaxWords = 400;
    private const int MaxReason = 2_000;
    private const int MaxState = 100_000;

    public async Task<RecordResponse> RecordAsync(RecordRequest request, CancellationToken cancellationToken)
    {
        AccountId.Of(request.OperatorId, "operator_id");
        CallerText.Check("operator_name", request.OperatorName, MaxWords);
        CallerText.Check("request_id", request.RequestId, MaxWords);
        CallerText.Check("action", request.Action, MaxWords);
        CallerText.Check("subject", request.Subject, MaxWords);
        if (request.Reason.Length > MaxReason || request.Reason.Contains('\0', StringComparison.Ordinal))
            throw RefusedException.Field("reason", $"must have at most {MaxReason} characters, none of them U+0000");
        await audit.RecordAsync(
            new OperatorAction(
                new Operator(request.OperatorId, request.OperatorName, request.RequestId),
                request.Action,
                request.Subject,
                State("before_json", request.BeforeJson),
                State("after_json", request.AfterJson),
                request.Reason
            )
        );
        return new RecordResponse();
    }

    private static JsonElement? State(string field, string json)
    {
        if (json.Length == 0)
            return null;
        if (json.Length > MaxState)
            throw RefusedException.Field(field, $"must have at most {MaxState} characters");
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(json);
        }
        catch (JsonException)
        {
            throw RefusedException.Field(field, "must be JSON");
        }
    }
}

/// <summary>
/// Where another process keeps the journal. The act is done by now: a line that does not get there is an error in the
/// log, with all that it would have said but the states.
/// </summary>
internal sealed partial class RemoteOperatorAudit(IOperatorJournal journal, ILogger<RemoteOperatorAudit> logger)
    : IOperatorAudit
{
    public async Task RecordAsync(OperatorAction action)
    {
        try
        {
            await journal.RecordAsync(
                new RecordRequest
                {
                    OperatorId = action.By.UserId,
                    OperatorName = action.By.Name,
                    RequestId = action.By.RequestId,
                    Action = action.Action,
                    Subject = action.Subject,
                    BeforeJson = Json(action.Before),
                    AfterJson = Json(action.After),
                    Reason = action.Reason,
                },
                CancellationToken.None
            );
        }
        catch (RefusedException e)
        {
            Log.NotRecorded(
                logger,
                e,
                action.By.UserId,
                action.Action,
                action.Subject,
                action.By.RequestId,
                action.Reason
            );
        }
    }

    private static string Json(object? state) =>
        state is null ? "" : JsonSerializer.Serialize(state, state.GetType(), WebJson.Options);

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "Not in the journal: operator {Operator} did {Action} to {Subject} in request {Request}: {Reason}"
        )]
        public static partial void NotRecorded(
            ILogger logger,
            Exception e,
            ulong @operator,
            string action,
            string subject,
            string request,
            string reason
        );
    }
}
