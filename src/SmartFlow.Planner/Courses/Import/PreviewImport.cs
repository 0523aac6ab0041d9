using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using SmartFlow.Planner.Courses.Import.Formats;
using SmartFlow.Planner.Schedule;
using SmartFlow.Planner.Terms;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;
using SmartFlow.Platform.Web;

namespace SmartFlow.Planner.Courses.Import;

/// <summary>
/// POST /courses/import/preview: reads a file or a photo and keeps what it says for an hour. Nothing of the file itself
/// is kept, and nothing of a file that is refused. With an Idempotency-Key a photo is paid for once.
/// </summary>
internal sealed partial class PreviewImport(
    TermWriter terms,
    Photo photo,
    SheetReader sheets,
    ImportLanes lanes,
    IDbContextFactory<PlannerDb> databases,
    IWriter<PlannerDb> writer,
    FeatureSwitches switches,
    TimeProvider clock,
    ILogger<PreviewImport> logger
)
{
    /// <param name="PreviewId">For the import, until it expires.</param>
    /// <param name="Format">wakeup_csv, wakeup, xiaoai, zhengfang, excel, grid, ics or photo.</param>
    /// <param name="Errors">What gave no row.</param>
    /// <param name="Zones">In which the hours of a calendar were read, as it names them; else empty.</param>
    /// <param name="AsksWeek">No term is set: the file must be read again with current_week or term_starts before it is
    /// imported.</param>
    /// <param name="FirstMonday">Of the term, as the file says it; null: it does not.</param>
    internal sealed record Outcome(
        string PreviewId,
        string Format,
        DateTimeOffset ExpiresAt,
        IReadOnlyList<CourseRowView> Rows,
        IReadOnlyList<FileError> Errors,
        IReadOnlyList<string> Zones,
        bool AsksWeek,
        DateOnly? FirstMonday
    );

    private const int BodyBytesMax = Photo.BytesMax + 256 * 1_024;
    private const int FileNameMax = 255;
    private const int PreviewsMax = 10;
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    public static void Map(RouteGroupBuilder courses) =>
        courses
            .MapPost("/import/preview", HandleAsync)
            .WithMetadata(new RequestSizeLimitAttribute(BodyBytesMax))
            .WithFormOptions(
                memoryBufferThreshold: BodyBytesMax,
                valueCountLimit: 8,
                keyLengthLimit: 64,
                valueLengthLimit: 1_024,
                multipartHeadersCountLimit: 8,
                multipartHeadersLengthLimit: 4_096,
                multipartBodyLengthLimit: BodyBytesMax
            )
            .DisableAntiforgery()
            .WithName("PreviewCourseImport")
            .WithSummary("Read a timetable from a file or a photo");

    private static async Task<Ok<Outcome>> HandleAsync(
        IFormFile? file,
        IFormFile? image,
        [FromForm(Name = "current_week")] int? currentWeek,
        [FromForm(Name = "term_starts")] DateOnly? termStarts,
        [FromHeader(Name = "Idempotency-Key")] string? key,
        HttpContext context,
        ClaimsPrincipal user,
        PreviewImport preview,
        CancellationToken cancellationToken
    )
    {
        var begins = new TermBegins(currentWeek, termStarts);
        begins.Check();
        if ((file is null) == (image is null))
            throw RefusedException.Field("file", "must be sent, or an image, but not both");
        var given = file ?? image!;
        if (given.Length > Photo.BytesMax)
            throw Unreadable.TooLarge(Photo.BytesMax / 1_024 / 1_024);
        var bytes = new byte[given.Length];
        await using (var stream = given.OpenReadStream())
            await stream.ReadExactlyAsync(bytes, cancellationToken);
        var media = Photo.MediaTypeOf(bytes);
        if (image is not null && media is null)
            throw Unreadable.NoImage();
        return TypedResults.Ok(
            await preview.ReadAsync(
                user.UserId(),
                begins,
                bytes,
                media,
                given.FileName,
                key ?? "",
                context.TraceIdentifier,
                cancellationToken
            )
        );
    }

    private async Task<Outcome> ReadAsync(
        ulong userId,
        TermBegins begins,
        byte[] bytes,
        string? media,
        string fileName,
        string key,
        string requestId,
        CancellationToken cancellationToken
    )
    {
        if (media is not null)
            switches.Require(Feature.ImageImport);
        await lanes.PassAsync(userId);
        // A photo is its model's work, and bounded by what its user may ask of models.
        using var lane = media is null ? await lanes.EnterAsync(userId, cancellationToken) : null;
        Term term;
        List<Course> courses;
        TermState study;
        await using (var db = await databases.CreateDbContextAsync(cancellationToken))
        {
            term = await terms.ReadAsync(db, userId, cancellationToken);
            courses = await ListCourses.OfTerm(db, term).AsNoTracking().ToListAsync(cancellationToken);
            study = await TermState.LoadAsync(db, term, null, [], cancellationToken);
        }
        var now = clock.MicrosNow();
        var firstMonday =
            term.Id == 0 || term.IsAssumed ? begins.FirstMonday(new TermCalendar(term).DateAt(now)) : null;
        if (firstMonday is { } monday)
            DefaultTerm.Begin(term, monday);
        var id = IdOf(userId, key, bytes, now);
        var read =
            media is not null ? await photo.ReadAsync(bytes, media, term, id, requestId, cancellationToken)
            : SheetFile.Is(bytes) ? await sheets.ReadAsync(bytes, term.Weeks, cancellationToken)
            : ReadText(bytes, term);
        CourseRow[] rows = [.. read.Rows.Select(r => r.Checked(term))];
        var kept = new CoursePreview
        {
            Id = id,
            UserId = userId,
            TermId = term.Id,
            FirstMonday = firstMonday,
            Format = read.Format,
            FileName = Plain(fileName),
            Rows = JsonSerializer.Serialize(rows, WebJson.Options),
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        };
        await KeepAsync(kept, cancellationToken);
        return new Outcome(
            id,
            read.Format,
            kept.ExpiresAt,
            CourseRowView.Of(rows, courses, study),
            read.Errors,
            read.Zones ?? [],
            (term.Id == 0 || term.IsAssumed) && firstMonday is null,
            read.FirstMonday
        );
    }

    /// <summary>
    /// Nothing that somebody can upload is a failure of ours: what a reader did not foresee is refused, and told to
    /// operators.
    /// </summary>
    private ReadFile ReadText(byte[] bytes, Term term)
    {
        try
        {
            return AnyFile.Read(bytes, term);
        }
        catch (Exception e) when (e is not (RefusedException or OutOfMemoryException))
        {
            Log.Unforeseen(logger, e);
            throw Unreadable.Unforeseen();
        }
    }

    /// <summary>In the place of what has expired and of the oldest beyond ten.</summary>
    private Task KeepAsync(CoursePreview preview, CancellationToken cancellationToken) =>
        writer.SaveAsync(
            async (db, token) =>
            {
                var own = db.CoursePreviews.Where(p => p.UserId == preview.UserId);
                var others = await own.OrderByDescending(p => p.CreatedAt)
                    .Select(p => new { p.Id, p.ExpiresAt })
                    .ToListAsync(token);
                var gone = others
                    .Where((p, i) => p.ExpiresAt <= preview.CreatedAt || i >= PreviewsMax - 1 || p.Id == preview.Id)
                    .Select(p => p.Id)
                    .ToArray();
                await own.Where(p => gone.Contains(p.Id)).ExecuteDeleteAsync(token);
                db.CoursePreviews.Add(preview);
            },
            cancellationToken
        );

    /// <summary>
    /// The same file under the same key has the same preview, so that a model's answer to it is paid for once. A
    /// multipart body has another boundary each time it is sent, so that its repeats cannot be told by their bytes.
    /// </summary>
    private static string IdOf(ulong userId, string key, byte[] bytes, DateTimeOffset now)
    {
        if (key.Length == 0)
            return Guid.CreateVersion7(now).ToString();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{userId}\n{key}\n"));
        hash.AppendData(bytes);
        return new Guid(hash.GetHashAndReset().AsSpan(0, 16)).ToString();
    }

    private static string Plain(string fileName)
    {
        var name = string.Concat(fileName.Where(c => !char.IsControl(c) && !char.IsSurrogate(c)));
        return name.Length <= FileNameMax ? name : name[..FileNameMax];
    }

    private static partial class Log
    {
        [LoggerMessage(
            1,
            LogLevel.Error,
            "A timetable file could not be read for a reason that its reader did not foresee"
        )]
        public static partial void Unforeseen(ILogger logger, Exception e);
    }
}
