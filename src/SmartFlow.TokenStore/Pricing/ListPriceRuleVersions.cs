using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Web;
using SmartFlow.TokenStore.Queries;

namespace SmartFlow.TokenStore;

/// <summary>
/// GET /admin/price-rules: the current version of every rule, also of those that are inactive or begin later; with
/// rule_id all versions of one, newest first. Refusals: invalid_argument.
/// </summary>
internal sealed class ListPriceRuleVersions(IDbContextFactory<TokenStoreDb> databases)
{
    public static void Map(IEndpointRouteBuilder admin) =>
        admin.MapGet(
            "/price-rules",
            (
                ListPriceRuleVersions list,
                [FromQuery(Name = "rule_id")] long? ruleId,
                int? page,
                [FromQuery(Name = "page_size")] int? pageSize,
                CancellationToken cancellationToken
            ) => list.HandleAsync(ruleId, PageQuery.Of(page, pageSize), cancellationToken)
        );

    public async Task<Paged<PriceRuleView>> HandleAsync(
        long? ruleId,
        PageQuery page,
        CancellationToken cancellationToken
    )
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var versions = db.PriceRules.AsNoTracking().Where(r => ruleId == null ? r.Current : r.RuleId == ruleId);
        return await page.ReadAsync(
            versions.OrderBy(r => r.RuleId).ThenByDescending(r => r.Version),
            PriceRuleView.Of,
            cancellationToken
        );
    }
}
