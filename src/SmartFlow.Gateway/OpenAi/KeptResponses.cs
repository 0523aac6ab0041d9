using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using SmartFlow.Contracts.Llm;
using SmartFlow.Platform.Errors;
using SmartFlow.Platform.Web;
using SmartFlow.Platform.Web.Auth;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>The input items of a kept response, the last one first unless the order is asc.</summary>
internal sealed record InputItemList(
    string Object,
    IReadOnlyList<JsonNode?> Data,
    string? FirstId,
    string? LastId,
    bool HasMore
);

/// <summary>A response that its user has deleted.</summary>
internal sealed record DeletedResponse(string Id, string Object, bool Deleted);

/// <summary>
/// GET and DELETE /v1/responses/{id}, GET /v1/responses/{id}/input_items: what is kept of a response, for its user
/// alone. Refusals: not_found.
/// </summary>
internal static class KeptResponses
{
    private const int MostItems = 100;
    private const int UsualItems = 20;

    public static void MapKeptResponses(this IEndpointRouteBuilder routes)
    {
        Shared(routes.MapGet("/v1/responses/{id}", GetAsync), "GetResponse").Produces<ResponseAnswer>();
        Shared(routes.MapDelete("/v1/responses/{id}", DeleteAsync), "DeleteResponse");
        Shared(routes.MapGet("/v1/responses/{id}/input_items", ListAsync), "ListResponseInput");
    }

    private static RouteHandlerBuilder Shared(RouteHandlerBuilder route, string name) =>
        route.OpenToKeys(ApiKeyScope.Responses).WithTags("openai").WithName(name);

    private static async Task<IResult> GetAsync(
        HttpContext context,
        string id,
        ILlm llm,
        CancellationToken cancellationToken
    )
    {
        var kept = await FindAsync(context, id, llm, cancellationToken);
        return Results.Bytes(kept.Body.Memory, "application/json");
    }

    private static async Task<DeletedResponse> DeleteAsync(
        HttpContext context,
        string id,
        ILlm llm,
        CancellationToken cancellationToken
    )
    {
        await llm.DeleteResponseAsync(
            new DeleteResponseRequest { UserId = context.User.UserId(), ResponseId = id },
            cancellationToken
        );
        return new DeletedResponse(id, "response", true);
    }

    private static async Task<InputItemList> ListAsync(
        HttpContext context,
        string id,
        ILlm llm,
        int? limit,
        string? order,
        string? after,
        CancellationToken cancellationToken
    )
    {
        var most = limit ?? UsualItems;
        if (most is < 1 or > MostItems)
            throw RefusedException.Field("limit", $"must be between 1 and {MostItems}");
        if (order is not (null or "asc" or "desc"))
            throw RefusedException.Field("order", "must be asc or desc");
        var kept = await FindAsync(context, id, llm, cancellationToken);
        if (kept.Input.IsEmpty)
            throw RefusedException.NotFound("input kept here: it was too long");
        var items = JsonNode.Parse(kept.Input.Span)!.AsArray().ToList();
        if (order != "asc")
            items.Reverse();
        if (after is not null)
            items = [.. items.SkipWhile(i => IdOf(i) != after).Skip(1)];
        var page = items.Take(most).ToList();
        return new InputItemList(
            "list",
            page,
            IdOf(page.FirstOrDefault()),
            IdOf(page.LastOrDefault()),
            items.Count > most
        );
    }

    private static Task<GetResponseResponse> FindAsync(
        HttpContext context,
        string id,
        ILlm llm,
        CancellationToken cancellationToken
    ) =>
        llm.GetResponseAsync(
            new GetResponseRequest { UserId = context.User.UserId(), ResponseId = id },
            cancellationToken
        );

    private static string? IdOf(JsonNode? item) => item?["id"]?.GetValue<string>();
}
