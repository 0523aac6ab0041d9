using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Hosting;

namespace SmartFlow.UserAuth;

/// <summary>The door of the module.</summary>
public static class UserAuthModule
{
    public static void AddUserAuth(this IHostApplicationBuilder builder)
    {
    }

    public static void MapUserAuth(this IEndpointRouteBuilder routes)
    {
    }
}
