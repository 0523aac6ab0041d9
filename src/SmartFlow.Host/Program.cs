using SmartFlow.Host;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Platform.Commands;
using SmartFlow.Platform.Web;

return args switch
{
    [ParseSheet.Command, var seconds, var weeks] => ParseSheet.Run(
        seconds,
        weeks,
        Console.OpenStandardInput(),
        Console.OpenStandardOutput()
    ),
    [ReadyCommand.Word] => await new ReadyCommand().RunAsync([], Console.Out, CancellationToken.None),
    _ => await PlatformHost.RunAsync(args, Modules.All),
};
