using Microsoft.EntityFrameworkCore;
using SmartFlow.Contracts.UserData;
using SmartFlow.Forum.Comments;
using SmartFlow.Forum.Imports;
using SmartFlow.Forum.Likes;
using SmartFlow.Forum.Posts;
using SmartFlow.Forum.Reports;
using SmartFlow.Platform.Users;

namespace SmartFlow.Forum;

/// <summary>What the user wrote on the plaza, and what they did there.</summary>
internal sealed class ExportUser(IDbContextFactory<ForumDb> databases) : IUserData<UserDataOf.Forum>
{
    public IAsyncEnumerable<ExportPiece> ExportAsync(ExportRequest request, CancellationToken cancellationToken) =>
        Section<ForumDb>.ReadAsync(databases, Sections(request.UserId), ExportPiece.Of, cancellationToken);

    private static IReadOnlyList<Section<ForumDb>> Sections(ulong user) =>
        [
            Section<ForumDb>.Of<Post>(
                "posts",
                db => db.Posts.Where(x => x.AuthorId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.Title,
                    x.Summary,
                    x.LikeCount,
                    x.ImportCount,
                    x.CommentCount,
                    x.CreatedAt,
                    x.EditedAt,
                    x.DeletedAt,
                }
            ),
            Section<ForumDb>.Of<PostPlan>(
                "plans",
                db => db.Plans.Where(x => db.Posts.Any(p => p.Id == x.PostId && p.AuthorId == user)),
                x => x.PostId,
                x => new { x.PostId, Plan = StoredJson.Of(x.Plan) }
            ),
            Section<ForumDb>.Of<PostTag>(
                "tags",
                (db, last) =>
                {
                    var (post, position) = (last?.PostId ?? 0, last?.Position ?? -1);
                    return db
                        .PostTags.Where(x =>
                            db.Posts.Any(p => p.Id == x.PostId && p.AuthorId == user)
                            && (x.PostId > post || (x.PostId == post && x.Position > position))
                        )
                        .OrderBy(x => x.PostId)
                        .ThenBy(x => x.Position);
                },
                x => new { x.PostId, x.Name }
            ),
            Section<ForumDb>.Of<Comment>(
                "comments",
                db => db.Comments.Where(x => x.AuthorId == user),
                x => x.Id,
                x => new
                {
                    x.Id,
                    x.PostId,
                    x.ParentId,
                    x.Content,
                    x.CreatedAt,
                    x.DeletedAt,
                }
            ),
            Section<ForumDb>.Of<PostLike>(
                "likes",
                db => db.Likes.Where(x => x.UserId == user),
                x => x.PostId,
                x => new
                {
                    x.PostId,
                    x.Liked,
                    x.FirstAt,
                }
            ),
            Section<ForumDb>.Of<PostImport>(
                "imports",
                db => db.Imports.Where(x => x.UserId == user),
                x => x.PostId,
                x => new
                {
                    x.PostId,
                    x.TaskClassId,
                    x.StartedAt,
                    x.ImportedAt,
                }
            ),
            Section<ForumDb>.Of<PostReport>(
                "reports",
                db => db.Reports.Where(x => x.UserId == user),
                x => x.PostId,
                x => new
                {
                    x.PostId,
                    x.Reason,
                    x.Note,
                    x.CreatedAt,
                    x.ClosedAt,
                }
            ),
        ];
}
