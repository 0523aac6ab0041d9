using SmartFlow.Host;
using SmartFlow.Platform.Web;

return await PlatformHost.RunAsync(args, Modules.All);
