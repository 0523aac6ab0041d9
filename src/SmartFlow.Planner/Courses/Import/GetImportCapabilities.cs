using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Options;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Features;

namespace SmartFlow.Planner.Courses.Import;

/// <param name="Photo">Whether there is a model that may have eyes: not the offline one.</param>
internal sealed record ImportCapabilities(bool Photo);

/// <summary>GET /courses/import/capabilities: what timetables can be read from here.</summary>
internal static class GetImportCapabilities
{
    /// <summary>The provider name of the model that needs no network.</summary>
    private const string Offline = "demo";

    public static void Map(RouteGroupBuilder courses) =>
        courses
            .MapGet("/import/capabilities", HandleAsync)
            .WithName("GetImportCapabilities")
            .WithSummary("What timetables can be read from here");

    private static async Task<Ok<ImportCapabilities>> HandleAsync(
        ILlm llm,
        IOptions<PlannerOptions> options,
        FeatureSwitches switches,
        CancellationToken cancellationToken
    )
    {
        if (!switches.IsOn(Feature.ImageImport))
            return TypedResults.Ok(new ImportCapabilities(false));
        var model = options.Value.PhotoModel;
        try
        {
            var models = await llm.ListModelsAsync(new ListModelsRequest(), cancellationToken);
            // The default one is listed first.
            var reader =
                model.Length == 0 ? models.Items.FirstOrDefault() : models.Items.FirstOrDefault(m => m.Id == model);
            return TypedResults.Ok(new ImportCapabilities(reader is not null && reader.OwnedBy != Offline));
        }
        catch (RefusedException)
        {
            return TypedResults.Ok(new ImportCapabilities(false));
        }
    }
}
