using SmartFlow.Host;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Platform.Web;

return args is [ParseSheet.Command, var seconds]
    ? ParseSheet.Run(seconds, Console.OpenStandardInput(), Console.OpenStandardOutput())
    : await PlatformHost.RunAsync(args, Modules.All);
