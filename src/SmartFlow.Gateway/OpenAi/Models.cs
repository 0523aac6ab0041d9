using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>A model as OpenAI's clients know it.</summary>
internal sealed record Model(string Id, string Object, long Created, string OwnedBy);

internal sealed record ModelList(string Object, IReadOnlyList<Model> Data);

/// <summary>GET /v1/models and GET /v1/models/{id}; an id may hold slashes.</summary>
internal static class Models
{
    public static void MapModels(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/v1/models", ListAsync).RequireAuthorization(Policies.OpenAiClient).WithTags("openai").WithName("ListModels");
        routes.MapGet("/v1/models/{**id}", GetAsync).RequireAuthorization(Policies.OpenAiClient).WithTags("openai").WithName("GetModel");
    }

    private static async Task<ModelList> ListAsync(ILlm llm, CancellationToken cancellationToken)
    {
        var models = await llm.ListModelsAsync(new ListModelsRequest(), cancellationToken);
        return new ModelList("list", [.. models.Items.Select(View)]);
    }

    private static async Task<Model> GetAsync(string id, ILlm llm, CancellationToken cancellationToken)
    {
        var models = await llm.ListModelsAsync(new ListModelsRequest(), cancellationToken);
        return models.Items.FirstOrDefault(m => m.Id == id) is { } found
            ? View(found)
            : throw new RefusedException(ErrorCodes.UnknownModel, $"There is no model named {id}.");
    }

    private static Model View(ModelView model) => new(model.Id, "model", 0, model.OwnedBy);
}
