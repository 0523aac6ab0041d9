using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Users;

namespace SmartFlow.TokenStore.Migrations;

[DbContext(typeof(TokenStoreDb))]
[Migration("20261130000280_KnowWhoIsGone")]
internal sealed class M20261130_KnowWhoIsGone : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateGoneUsers();
}
