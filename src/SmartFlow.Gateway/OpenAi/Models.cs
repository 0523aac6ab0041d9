using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>A model as OpenAI's clients know it.</summary>
internal sealed record Model(string Id, string Object, long Created, string OwnedBy);

internal sealed record ModelList(string Object, IReadOnlyList<Model> Data);

/// <summary>
/// GET /v1/models and GET /v1/models/{id}: what the key may ask, or all where it has no list. An id may hold slashes,
/// written as they are or as %2F, as official clients do.
/// </summary>
internal static class Models
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", ListAsync).OpenToKeys(ApiKeyScope.Any).WithTags("openai").WithName("ListModels");
        routes
            .MapGet("/v1/models/{**id}", GetAsync)
            .OpenToKeys(ApiKeyScope.Any)
            .WithTags("openai")
            .WithName("GetModel");
    }

    private static async Task<ModelList> ListAsync(
        HttpContext context,
        ILlm llm,
        CancellationToken cancellationToken
    ) => new("list", [.. (await OfferedAsync(context, llm, cancellationToken)).Select(View)]);

    private static async Task<Model> GetAsync(
        HttpContext context,
        string id,
        ILlm llm,
        CancellationToken cancellationToken
    )
    {
        var models = await OfferedAsync(context, llm, cancellationToken);
        var plain = id.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return models.FirstOrDefault(m => m.Id == id || m.Id == plain) is { } found
            ? View(found)
            : throw new RefusedException(
                ErrorCodes.UnknownModel,
                $"There is no model named {plain}, or this key may not ask it."
            );
    }

    private static async Task<IEnumerable<ModelView>> OfferedAsync(
        HttpContext context,
        ILlm llm,
        CancellationToken cancellationToken
    )
    {
        var models = await llm.ListModelsAsync(new ListModelsRequest(), cancellationToken);
        return context.User.ApiKey() is { Models.Count: > 0 } key
            ? models.Items.Where(m => key.Models.Contains(m.Id, StringComparer.Ordinal))
            : models.Items;
    }

    private static Model View(ModelView model) => new(model.Id, "model", 0, model.OwnedBy);
}
