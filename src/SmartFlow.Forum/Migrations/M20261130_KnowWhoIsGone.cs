using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Users;

namespace SmartFlow.Forum.Migrations;

[DbContext(typeof(ForumDb))]
[Migration("20261130000280_KnowWhoIsGone")]
internal sealed class M20261130_KnowWhoIsGone : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.CreateGoneUsers();
}
