using SmartFlow.Contracts.UserAuth;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.UserAuth.Sessions;

/// <summary>Asks the process that hosts the users.</summary>
internal sealed class RemoteSessions(IUserAuth users) : ISessionDirectory
{
    public async Task<OpenSession?> FindAsync(string sessionId, CancellationToken cancellationToken)
    {
        var session = await users.GetSessionAsync(new GetSessionRequest { SessionId = sessionId }, cancellationToken);
        return session.Open
            ? new OpenSession(sessionId, session.UserId, [.. session.Roles], UnixMicros.ToTime(session.EndsAtMicros))
            : null;
    }
}
