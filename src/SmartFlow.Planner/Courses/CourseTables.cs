using Microsoft.EntityFrameworkCore;
using SmartFlow.Planner.Courses.Import;

namespace SmartFlow.Planner.Courses;

internal static class CourseTables
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<Course>(e =>
        {
            e.ToTable("courses").HasKey(c => c.Id);
            e.HasIndex(c => new { c.UserId, c.TermId }).HasDatabaseName("ix_courses_term");
            e.HasMany(c => c.Arrangements).WithOne().HasForeignKey(a => a.CourseId).OnDelete(DeleteBehavior.Cascade);
        });
        model.Entity<Arrangement>(e =>
        {
            e.ToTable("course_arrangements").HasKey(a => a.Id);
            e.HasIndex(a => a.CourseId).HasDatabaseName("ix_course_arrangements_course");
            e.HasIndex(a => new { a.UserId, a.TermId }).HasDatabaseName("ix_course_arrangements_term");
        });
        model.Entity<CoursePreview>(e =>
        {
            e.ToTable("course_previews").HasKey(p => p.Id);
            e.HasIndex(p => new { p.UserId, p.ExpiresAt }).HasDatabaseName("ix_course_previews_user");
            e.HasIndex(p => p.ExpiresAt).HasDatabaseName("ix_course_previews_expires_at");
        });
        model.Entity<CourseImport>(e =>
        {
            e.ToTable("course_imports").HasKey(i => i.Id);
            e.HasIndex(i => new { i.UserId, i.TermId }).HasDatabaseName("ix_course_imports_term");
        });
    }
}
