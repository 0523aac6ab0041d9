using SmartFlow.Planner.TaskClasses;

namespace SmartFlow.Tests.Planner.Schedule;

/// <summary>Users of one host, each with a study of their own.</summary>
public abstract class Studies(StartedApp app)
{
    private protected readonly StartedApp started = app;

    private protected async Task<Study> BeginAsync(int items = 3, Action<TaskClass>? configure = null) =>
        await Study.BeginAsync(await started.NewUserAsync(), items, configure: configure);

    private protected Task<Study> BeginAsync(Action<TaskClass> configure) => BeginAsync(3, configure);
}
