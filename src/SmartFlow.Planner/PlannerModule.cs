using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Planner;
using SmartFlow.Contracts.UserData;
using SmartFlow.Planner.Courses;
using SmartFlow.Planner.Courses.Import;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Planner.Events;
using SmartFlow.Planner.Exchange;
using SmartFlow.Planner.QuickTasks;
using SmartFlow.Planner.QuickTasks.Repeating;
using SmartFlow.Planner.Rpc;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Schedule.Previews;
using SmartFlow.Planner.Seed;
using SmartFlow.Planner.TaskClasses;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Users;

namespace SmartFlow.Planner;

/// <summary>The door of the module: the term, its courses, study plans, and quick tasks in four quadrants.</summary>
public static class PlannerModule
{
    public static IReadOnlyList<RpcContract> Contracts() =>
        [
            RpcContract.Of<IPlanner>(PlannerReflection.Descriptor.Services[0]),
            RpcContract.Of<IUserData<UserDataOf.Planner>>(UserdataReflection.Descriptor.Services[0]),
        ];

    public static void AddPlanner(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<PlannerDb>();
        builder.AddOutbox<PlannerDb>(Topics.Task);
        builder.Services.AddSingleton<IUserData<UserDataOf.Planner>, ExportUser>();
        builder.ForgetUsers<PlannerDb>(new(Topics.UserAuth, EventNames.UserDeleted, ForgetUser.Group), _ =>
            ForgetUser.RunAsync
        );
        var services = builder.Services;
        services
            .AddOptions<PlannerOptions>()
            .BindConfiguration("Planner")
            .ValidateDataAnnotations()
            .Validate(PlannerOptions.KnowsTimeZone, "Planner:TimeZone names no time zone.")
            .ValidateOnStart();
        services.AddSingleton<TermWriter>();
        services.AddSingleton<StartTerm>();
        services.AddSingleton<ScheduleWriter>();
        services.AddSingleton<StepChange>();
        services.AddSingleton<ChangeByWishes>();
        services.AddSingleton<CourseWriter>();
        services.AddSingleton<EventWriter>();
        services.AddSingleton<Photo>();
        services.AddSingleton<SheetReader>();
        services.AddSingleton<ImportLanes>();
        services.AddSingleton<PreviewImport>();
        services.AddSingleton<ApplyImport>();
        services.AddSingleton<UndoImport>();
        services.AddSingleton<TermExport>();
        services.AddSingleton<Feed>();
        services.AddSingleton<IConsumer, EndFeeds>();
        services.AddSingleton<IConsumer, FollowMemory>();
        services.AddSingleton<Planning>();
        services.AddSingleton<PlanLanes>();
        services.AddSingleton<NewQuickTask>();
        services.AddSingleton<NewTaskClass>();
        services.AddSingleton<Appear>();
        services.AddSingleton<Promotion>();
        services.AddSingleton<Reading>();
        services.AddSingleton<SecondOpinion>();
        services.AddSingleton<IPlanner, LocalPlanner>();
        services.AddHostedService<PromotionJob>();
        services.AddSingleton<PreviewCleanUp>();
        services.AddHostedService(p => p.GetRequiredService<PreviewCleanUp>());
        foreach (var plan in (SeedPlan[])[SeedPlan.Starter, SeedPlan.WeekBeforeExams])
            services.AddSingleton<ISeedScenario>(p => ActivatorUtilities.CreateInstance<PlannerSeed>(p, plan));
    }

    public static void MapPlanner(this IEndpointRouteBuilder routes)
    {
        var tasks = routes.MapGroup("/api/v1/tasks").WithTags("Tasks").RequireAuthorization();
        ListQuickTasks.Map(tasks);
        CreateQuickTask.Map(tasks);
        QuickAdd.Map(tasks);
        ReadQuickTask.Map(tasks);
        EditQuickTask.Map(tasks);
        DeleteQuickTask.Map(tasks);
        CompleteQuickTask.Map(tasks);
        EditSeries.Map(tasks);
        MapTaskClasses(routes);
        MapTimetable(routes);
        MapSchedule(routes);
    }

    private static void MapSchedule(IEndpointRouteBuilder routes)
    {
        var schedule = routes.MapGroup("/api/v1/schedule").WithTags("Schedule").RequireAuthorization();
        GetWeek.Map(schedule);
        GetToday.Map(schedule);
        PlaceBlock.Map(schedule);
        MoveBlock.Map(schedule);
        UnplaceBlock.Map(schedule);
        SwapBlocks.Map(schedule);
        MoveBlocks.Map(schedule);
        EmbedBlock.Map(schedule);
        UndoChange.Map(schedule);
        RedoChange.Map(schedule);
        ListChanges.Map(schedule);
        MakePlan.Map(schedule);
        ReadPreview.Map(schedule);
        AdjustPreview.Map(schedule);
        ApplyPreview.Map(schedule);
    }

    private static void MapTaskClasses(IEndpointRouteBuilder routes)
    {
        var classes = routes.MapGroup("/api/v1/task-classes").WithTags("Task classes").RequireAuthorization();
        ListTaskClasses.Map(classes);
        CreateTaskClass.Map(classes);
        ReadTaskClass.Map(classes);
        EditTaskClass.Map(classes);
        DeleteTaskClass.Map(classes);
        CompleteItem.Map(classes);
    }

    private static void MapTimetable(IEndpointRouteBuilder routes)
    {
        var terms = routes.MapGroup("/api/v1/terms").WithTags("Terms").RequireAuthorization();
        ReadTerm.Map(terms);
        SaveTerm.Map(terms);
        StartTerm.Map(terms);
        SwitchTerm.Map(terms);
        var courses = routes.MapGroup("/api/v1/courses").WithTags("Courses").RequireAuthorization();
        ListCourses.Map(courses);
        SaveCourse.Map(courses);
        DeleteCourse.Map(courses);
        PreviewImport.Map(courses);
        GetImportCapabilities.Map(courses);
        ApplyImport.Map(courses);
        ListImports.Map(courses);
        UndoImport.Map(courses);
        var events = routes.MapGroup("/api/v1/events").WithTags("Events").RequireAuthorization();
        ListEvents.Map(events);
        SaveEvent.Map(events);
        DeleteEvent.Map(events);
        var schedule = routes.MapGroup("/api/v1/schedule").WithTags("Schedule").RequireAuthorization();
        ExportSchedule.Map(schedule, courses);
        Feed.Map(schedule);
    }
}
