using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SmartFlow.Contracts.Events;
using SmartFlow.Contracts.Memory;
using SmartFlow.Contracts.UserData;
using SmartFlow.Memory.Extracting;
using SmartFlow.Memory.Items;
using SmartFlow.Memory.Recalling;
using SmartFlow.Platform.Bus;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Outbox;
using SmartFlow.Platform.Rpc;
using SmartFlow.Platform.Users;

namespace SmartFlow.Memory;

/// <summary>
/// The door of the module: what is known about users from what they said. <see cref="TakeTurns"/> notes turns that have
/// ended, <see cref="Extractor"/> asks a model about each once, <see cref="Decide"/> says what follows,
/// <see cref="Recall"/> finds it again.
/// </summary>
public static class MemoryModule
{
    public static IReadOnlyList<RpcContract> Contracts() =>
        [
            RpcContract.Of<IMemory>(MemoryReflection.Descriptor.Services[0]),
            RpcContract.Of<IUserData<UserDataOf.Memory>>(UserdataReflection.Descriptor.Services[2]),
        ];

    public static void AddMemory(this IHostApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddModuleDb<MemoryDb>();
        builder.AddOutbox<MemoryDb>(Topics.Memory);
        builder.Services.AddSingleton<IUserData<UserDataOf.Memory>, ExportUser>();
        builder.ForgetUsers<MemoryDb>(new(Topics.UserAuth, EventNames.UserDeleted, ForgetUser.Group), _ =>
            ForgetUser.RunAsync
        );
        var services = builder.Services;
        services.AddOptions<MemoryOptions>().BindConfiguration("Memory").ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<MemoryWriter>();
        services.AddSingleton<IMemory, Recall>();
        services.AddSingleton<AskVector>();
        services.AddSingleton<Similar>();
        services.AddSingleton<KeepVectors>();
        services.AddHostedService(p => p.GetRequiredService<KeepVectors>());
        services.AddSingleton<ExtractionSignal>();
        services.AddSingleton<AskModel>();
        services.AddSingleton<IConsumer, TakeTurns>();
        services.AddHostedService<Extractor>();
        services.AddSingleton<CleanUpMemory>();
        services.AddHostedService(p => p.GetRequiredService<CleanUpMemory>());
    }

    public static void MapMemory(this IEndpointRouteBuilder routes)
    {
        var memory = routes.MapGroup("/api/v1/memory").WithTags("Memory").RequireAuthorization();
        ListMemories.Map(memory);
        CreateMemory.Map(memory);
        EditMemory.Map(memory);
        DeleteMemory.Map(memory);
        ListChanges.Map(memory);
        UndoChange.Map(memory);
        Settings.Map(memory);
    }
}
