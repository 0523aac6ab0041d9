using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace SmartFlow.Forum.Migrations;

/// <summary>
/// Names from before may be those that people sign in with, which nobody here can tell: all go, and the chosen ones come back by
/// user.renamed, which the users' module sends of each when it first compares their looks.
/// </summary>
[DbContext(typeof(ForumDb))]
[Migration("20261129000091_HideSignInNames")]
internal sealed class M20261129_HideSignInNames : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("UPDATE members SET name = ''");
}
