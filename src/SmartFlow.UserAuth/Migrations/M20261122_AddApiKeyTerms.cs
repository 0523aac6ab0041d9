using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.UserAuth.Migrations;

/// <summary>What a key may do, how much, and until when.</summary>
[DbContext(typeof(UserAuthDb))]
[Migration("20261122_42_AddApiKeyTerms")]
internal sealed class M20261122_AddApiKeyTerms : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("scopes", "api_keys", defaultValue: "");
        migrationBuilder.AddColumn<string>("models", "api_keys", defaultValue: "");
        foreach (var column in (string[])["requests_per_minute", "credit_micros_per_day", "credit_micros_per_month", "expires_at"])
            migrationBuilder.AddColumn<long>(column, "api_keys", nullable: true);
    }
}
