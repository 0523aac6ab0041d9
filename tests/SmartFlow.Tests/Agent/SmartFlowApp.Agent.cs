using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Agent;
using SmartFlow.Platform.Data;

namespace SmartFlow.Tests;

public sealed partial class SmartFlowApp
{
    /// <summary>Leaves a conversation as a process does that dies in the middle of a turn.</summary>
    public Task LoseTurnAsync(long conversationId)
    {
        var until = Clock.GetUtcNow().AddMinutes(5);
        return Services.GetRequiredService<IWriter<AgentDb>>().WriteAsync(
            (db, token) => db.Conversations.Where(c => c.Id == conversationId).ExecuteUpdateAsync(
                s => s.SetProperty(c => c.TurnId, "dead").SetProperty(c => c.TurnUntil, until), token),
            default);
    }
}
