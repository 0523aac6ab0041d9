using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.UserData;
using SmartFlow.Forum.Authors;
using SmartFlow.Forum.Comments;
using SmartFlow.Forum.Imports;
using SmartFlow.Forum.Likes;
using SmartFlow.Forum.Posts;
using SmartFlow.Forum.Reports;
using SmartFlow.Forum.Seed;
using SmartFlow.Forum.Writing;
using SmartFlow.Platform;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Users;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Forum;

/// <summary>The door of the module: the plan plaza.</summary>
public static class ForumModule
{
    public static IReadOnlyList<RpcContract> Contracts() =>
        [RpcContract.Of<IUserData<UserDataOf.Forum>>(UserdataReflection.Descriptor.Services[5])];

    public static void AddForum(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<ForumDb>();
        builder.AddOutbox<ForumDb>(Topics.Forum);
        builder.Services.AddSingleton<IUserData<UserDataOf.Forum>, ExportUser>();
        builder.ForgetUsers<ForumDb>(new(Topics.UserAuth, EventNames.UserDeleted, ForgetUser.Group), p =>
            new ForgetUser(p.GetRequiredService<TimeProvider>()).RunAsync
        );
        var services = builder.Services;
        services
            .AddOptions<ForumOptions>()
            .BindConfiguration("Forum")
            .ValidateDataAnnotations()
            .Validate(
                o => TimeZoneInfo.TryFindSystemTimeZoneById(o.TimeZone, out _),
                "Forum:TimeZone names no time zone."
            )
            .ValidateOnStart();
        services.AddSingleton<WritePace>();
        services.AddSingleton<MemberNames>();
        services.AddSingleton<NewPost>();
        services.AddSingleton<ListPosts>();
        services.AddSingleton<GetPost>();
        services.AddSingleton<PublishPost>();
        services.AddSingleton<EditPost>();
        services.AddSingleton<LikePost>();
        services.AddSingleton<ImportPost>();
        services.AddSingleton<ListComments>();
        services.AddSingleton<WriteComment>();
        services.AddSingleton<ReportPost>();
        services.AddSingleton<ReviewReports>();
        services.AddSingleton<IConsumer, FollowUsers>();
        services.AddSingleton<IReconciliation, ForumAudit>();
        services.AddSingleton<ISeedScenario, StarterPosts>();
    }

    public static void MapForum(this IEndpointRouteBuilder routes)
    {
        var square = routes.MapGroup("/api/v1/plan-square").WithTags("Plan plaza").RequireFeature(Feature.Plaza);
        var open = square
            .MapGroup("")
            .AllowAnonymous()
            .RequireRateLimiting(RateLimits.Anonymous)
            .AddEndpointFilter(Reader.KnowAsync);
        ListPosts.Map(open);
        GetPost.Map(open);
        ListTags.Map(open);
        ListComments.Map(open);
        GetComment.Map(open);
        GetAuthor.Map(open);
        var signedIn = square.MapGroup("").RequireAuthorization().AddEndpointFilter(WritePace.FilterAsync);
        PublishPost.Map(signedIn);
        EditPost.Map(signedIn);
        DeletePost.Map(signedIn);
        LikePost.Map(signedIn);
        ImportPost.Map(signedIn);
        WriteComment.Map(signedIn);
        DeleteComment.Map(signedIn);
        ReportPost.Map(signedIn);
        ReviewReports.Map(
            routes
                .MapGroup("/api/v1/admin/plan-square")
                .WithTags("Administration")
                .RequireAuthorization(Policies.Operator)
        );
    }
}
