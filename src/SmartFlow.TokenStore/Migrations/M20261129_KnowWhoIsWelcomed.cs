using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.TokenStore.Migrations;

/// <summary>Name and e-mail address are welcomed once each, networks are counted, and rewards may ask for an account's age.</summary>
[DbContext(typeof(TokenStoreDb))]
[Migration("20261129000001_KnowWhoIsWelcomed")]
internal sealed class M20261129_KnowWhoIsWelcomed : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.AddColumn<string>("network", "credit_welcome_grants", maxLength: 100, nullable: false, defaultValue: "");
        migrationBuilder.CreateIndex("ix_credit_welcome_grants_network", "credit_welcome_grants", "network");
        migrationBuilder.AddColumn<long>("min_account_age_hours", "credit_reward_rules", nullable: false, defaultValue: 0L);
        var sqlite = migrationBuilder.ActiveProvider == "Microsoft.EntityFrameworkCore.Sqlite";
        // "name address" was one subject: the same address under another name was welcomed again.
        foreach (var part in sqlite
            ? new[] { "substr(subject, 1, instr(subject, ' ') - 1)", "substr(subject, instr(subject, ' ') + 1)" }
            : ["split_part(subject, ' ', 1)", "split_part(subject, ' ', 2)"])
            migrationBuilder.Sql($"""
                INSERT INTO credit_welcome_grants (subject, account_id, day, network)
                SELECT {part}, min(account_id), min(day), '' FROM credit_welcome_grants WHERE subject LIKE '% %' GROUP BY 1
                ON CONFLICT (subject) DO NOTHING
                """);
        migrationBuilder.Sql("DELETE FROM credit_welcome_grants WHERE subject LIKE '% %'");
    }
}
