using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Users;

/// <summary>
/// One list of what a module keeps of a user. It is read in batches, each a query of its own: a slow reader holds up no transaction, and
/// memory holds one batch.
/// </summary>
public sealed class Section<TDb>
    where TDb : ModuleDb
{
    private const int BatchRows = 200;
    private const int PieceCharacters = 256 * 1_024;
    private readonly Func<TDb, object?, CancellationToken, Task<(IReadOnlyList<object> Views, object? Last)>> next;

    private Section(string name, Func<TDb, object?, CancellationToken, Task<(IReadOnlyList<object>, object?)>> next) => (Name, this.next) = (name, next);

    public string Name { get; }

    /// <param name="name">snake_case.</param>
    /// <param name="after">The rows behind this one (null: all) in the order of a key, so that what changes meanwhile neither hides nor repeats another.</param>
    /// <param name="view">What is told of a row, in the dialect of the HTTP surface.</param>
    public static Section<TDb> Of<TRow>(string name, Func<TDb, TRow?, IQueryable<TRow>> after, Func<TRow, object> view) where TRow : class => new(
        name,
        async (db, last, cancellationToken) =>
        {
            var rows = await after(db, (TRow?)last).AsNoTracking().Take(BatchRows).ToListAsync(cancellationToken);
            return ([.. rows.Select(view)], rows.Count == BatchRows ? rows[^1] : null);
        });

    /// <summary>All pieces of these sections, as the contract says them: a section's name and whole JSON values. An empty one has one piece.</summary>
    public static async IAsyncEnumerable<TPiece> ReadAsync<TPiece>(
        IDbContextFactory<TDb> databases, IReadOnlyList<Section<TDb>> sections, Func<string, IReadOnlyList<string>, TPiece> piece,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(piece);
        ArgumentNullException.ThrowIfNull(databases);
        ArgumentNullException.ThrowIfNull(sections);
        foreach (var section in sections)
        {
            object? last = null;
            do
            {
                IReadOnlyList<object> views;
                await using (var db = await databases.CreateDbContextAsync(cancellationToken))
                    (views, last) = await section.next(db, last, cancellationToken);
                foreach (var items in Pieces(views)) yield return piece(section.Name, items);
            }
            while (last is not null);
        }
    }

    private static IEnumerable<IReadOnlyList<string>> Pieces(IReadOnlyList<object> views)
    {
        var (items, length) = (new List<string>(), 0);
        foreach (var view in views)
        {
            var text = JsonSerializer.Serialize(view, view.GetType(), WebJson.Options);
            if (length > 0 && length + text.Length > PieceCharacters)
            {
                yield return items;
                (items, length) = ([], 0);
            }
            items.Add(text);
            length += text.Length;
        }
        yield return items;
    }
}
