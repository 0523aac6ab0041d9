using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Microsoft.Net.Http.Headers;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;

namespace SmartFlow.Gateway.WebApp;

/// <summary>
/// The built web application in the folder <c>web</c> beside the program. A path that names no file is a page of the
/// application, so it gets index.html; paths of the programs' surfaces do not.
/// </summary>
internal sealed class WebFiles : IUnrouted, IDisposable
{
    public const string Folder = "web";
    private const string Index = "index.html";
    private const string Unchanging = "public, max-age=31536000, immutable";
    private const string AskEachTime = "no-cache";
    private static readonly PathString[] Surfaces = ["/api", "/v1", "/healthz", "/readyz", "/openapi"];
    private readonly FileExtensionContentTypeProvider types = new();
    private readonly PhysicalFileProvider? files;

    public WebFiles(IHostEnvironment environment)
    {
        var folder = Path.Combine(environment.ContentRootPath, Folder);
        if (Directory.Exists(folder))
            files = new PhysicalFileProvider(folder);
        types.Mappings[".webmanifest"] = "application/manifest+json";
    }

    public async Task<bool> TryAnswerAsync(HttpContext context)
    {
        var path = context.Request.Path;
        var reads = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!reads || Array.Exists(Surfaces, s => path.StartsWithSegments(s)))
            return false;
        if (files is null)
            throw new RefusedException(
                ErrorCodes.NotFound,
                "The web application was not built; build without SMARTFLOW_SKIP_WEB=1."
            );
        var name = path.Value is { Length: > 1 } asked ? asked : Index;
        var file = files.GetFileInfo(name);
        if (!file.Exists && Path.HasExtension(name))
            return false;
        if (!file.Exists)
            file = files.GetFileInfo(name = Index);
        if (file.PhysicalPath is null)
            return false;
        var type = types.TryGetContentType(file.Name, out var known) ? known : "application/octet-stream";
        // The build gives every asset a name that changes with its content.
        var headers = context.Response.Headers;
        headers.CacheControl = path.StartsWithSegments("/assets") && file.Name != Index ? Unchanging : AskEachTime;
        var (form, encoding, varies) = FileForms.Of(files, name, file, context.Request);
        if (varies)
            headers.Vary = HeaderNames.AcceptEncoding;
        if (encoding is not null)
            headers.ContentEncoding = encoding;
        var modified = new DateTimeOffset(
            form.LastModified.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond,
            TimeSpan.Zero
        );
        var tag = new EntityTagHeaderValue(
            $"\"{modified.UtcTicks ^ form.Length:x}{(encoding is null ? "" : "-" + encoding)}\""
        );
        await Results
            .File(
                form.PhysicalPath!,
                type,
                lastModified: modified,
                entityTag: tag,
                enableRangeProcessing: encoding is null
            )
            .ExecuteAsync(context);
        return true;
    }

    public void Dispose() => files?.Dispose();
}
