using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>Runs that price the charges of a period again.</summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261122000008_AddReRatings")]
internal sealed class M20261122_AddReRatings : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateTable(
        "credit_reratings",
        t => new
        {
            id = t.Identity(),
            from_at = t.Column<long>(),
            to_at = t.Column<long>(),
            price_rule_id = t.Column<long>(nullable: true),
            price_rule_version = t.Column<int>(nullable: true),
            scene = t.Column<string>(maxLength: 50),
            provider_name = t.Column<string>(maxLength: 100),
            model_name = t.Column<string>(maxLength: 200),
            reason = t.Column<string>(maxLength: 500),
            operator_id = t.Column<long>(),
            status = t.Column<string>(maxLength: 16),
            error = t.Column<string>(maxLength: 500),
            cursor = t.Column<long>(),
            seen = t.Column<long>(),
            corrected = t.Column<long>(),
            skipped = t.Column<long>(),
            up_micros = t.Column<long>(),
            down_micros = t.Column<long>(),
            created_at = t.Column<long>(),
            updated_at = t.Column<long>(),
        },
        constraints: t => t.PrimaryKey("pk_credit_reratings", x => x.id));
}
