using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using SmartFlow.Platform.Outbox;

namespace SmartFlow.Planner.Migrations;

[DbContext(typeof(PlannerDb))]
[Migration("20261122000060_CreateTimetable")]
internal sealed class M20261122_CreateTimetable : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        CreateTerms(migrationBuilder);
        CreateCourses(migrationBuilder);
        CreateImports(migrationBuilder);
    }

    private static void CreateTerms(MigrationBuilder migration)
    {
        migration.CreateTable(
            "terms",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                name = t.Column<string>(maxLength: 64),
                first_monday = t.Column<DateOnly>(),
                weeks = t.Column<int>(),
                time_zone = t.Column<string>(maxLength: 64),
                section_times = t.Column<string>(maxLength: 4_000),
                days_off = t.Column<string>(maxLength: 64_000),
                study_on_holidays = t.Column<bool>(),
                is_current = t.Column<bool>(),
                schedule_version = t.Column<long>(),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_terms", x => x.id));
        migration.CreateIndex("ux_terms_current", "terms", "user_id", unique: true, filter: "is_current");
        migration.CreateIndex("ix_terms_user", "terms", ["user_id", "first_monday"]);
    }

    private static void CreateCourses(MigrationBuilder migration)
    {
        migration.CreateTable(
            "courses",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                term_id = t.Column<long>(),
                import_id = t.Column<long>(nullable: true),
                name = t.Column<string>(maxLength: 100),
                teacher = t.Column<string>(maxLength: 100),
                place = t.Column<string>(maxLength: 100),
                embeddable = t.Column<bool>(),
                hue = t.Column<int>(nullable: true),
                note = t.Column<string>(maxLength: 500, nullable: true),
                created_at = t.Column<long>(),
                updated_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_courses", x => x.id));
        migration.CreateIndex("ix_courses_term", "courses", ["user_id", "term_id"]);
        migration.CreateTable(
            "course_arrangements",
            t => new
            {
                id = t.Identity(),
                course_id = t.Column<long>(),
                user_id = t.Column<long>(),
                term_id = t.Column<long>(),
                day = t.Column<int>(),
                section_from = t.Column<int>(),
                section_to = t.Column<int>(),
                weeks = t.Column<int>(),
                teacher = t.Column<string>(maxLength: 100, nullable: true),
                place = t.Column<string>(maxLength: 100, nullable: true),
            },
            constraints: t =>
            {
                t.PrimaryKey("pk_course_arrangements", x => x.id);
                t.ForeignKey(
                    "fk_course_arrangements_course", x => x.course_id, "courses", "id", onDelete: ReferentialAction.Cascade);
            });
        migration.CreateIndex("ix_course_arrangements_course", "course_arrangements", "course_id");
        migration.CreateIndex("ix_course_arrangements_term", "course_arrangements", ["user_id", "term_id"]);
    }

    private static void CreateImports(MigrationBuilder migration)
    {
        migration.CreateTable(
            "course_previews",
            t => new
            {
                id = t.Column<string>(maxLength: 36),
                user_id = t.Column<long>(),
                term_id = t.Column<long>(),
                format = t.Column<string>(maxLength: 20),
                file_name = t.Column<string>(maxLength: 255),
                rows = t.Column<string>(),
                created_at = t.Column<long>(),
                expires_at = t.Column<long>(),
            },
            constraints: t => t.PrimaryKey("pk_course_previews", x => x.id));
        migration.CreateIndex("ix_course_previews_user", "course_previews", ["user_id", "expires_at"]);
        migration.CreateTable(
            "course_imports",
            t => new
            {
                id = t.Identity(),
                user_id = t.Column<long>(),
                term_id = t.Column<long>(),
                format = t.Column<string>(maxLength: 20),
                file_name = t.Column<string>(maxLength: 255),
                courses = t.Column<int>(),
                arrangements = t.Column<int>(),
                replaced = t.Column<string>(),
                created_at = t.Column<long>(),
                undone_at = t.Column<long>(nullable: true),
            },
            constraints: t => t.PrimaryKey("pk_course_imports", x => x.id));
        migration.CreateIndex("ix_course_imports_term", "course_imports", ["user_id", "term_id"]);
    }
}
