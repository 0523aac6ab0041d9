using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Platform.Audit;

/// <summary>The operator behind a request, as the audit log names them.</summary>
public sealed record Operator(ulong UserId, string Name, string RequestId)
{
    /// <exception cref="RefusedException">unauthenticated.</exception>
    public static Operator Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new Operator(context.User.UserId(), context.User.Username(), context.TraceIdentifier);
    }
}
