using SmartFlow.Host;
using SmartFlow.Platform.Web;

var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.AddPlatform();
foreach (var module in Modules.All) module.Add(builder);

var app = builder.Build();
app.UsePlatform();
foreach (var module in Modules.All) module.Map(app);
return await app.RunCommandAsync(args);
