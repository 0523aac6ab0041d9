using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using SmartFlow.Platform.Data;
using SmartFlow.Platform.Web;

namespace SmartFlow.Platform.Users;

/// <summary>
/// One list of what a module keeps of a user. It is read in batches, each a query of its own: a slow reader holds up no
/// transaction, and memory holds one batch.
/// </summary>
public sealed class Section<TDb>
    where TDb : ModuleDb
{
    private const int BatchRows = 200;
    private const int PieceCharacters = 256 * 1_024;
    private static readonly MethodInfo CompareTexts = typeof(string).GetMethod(
        nameof(string.Compare),
        [typeof(string), typeof(string)]
    )!;
    private readonly Func<TDb, object?, CancellationToken, Task<(IReadOnlyList<object> Views, object? Last)>> next;

    private Section(string name, Func<TDb, object?, CancellationToken, Task<(IReadOnlyList<object>, object?)>> next) =>
        (Name, this.next) = (name, next);

    public string Name { get; }

    /// <param name="name">snake_case.</param>
    /// <param name="rows">The user's.</param>
    /// <param name="key">By which they are read, each batch behind the last row of the one before: what changes
    /// meanwhile neither hides nor repeats another.</param>
    /// <param name="view">What is told of a row, in the dialect of the HTTP surface.</param>
    public static Section<TDb> Of<TRow>(
        string name,
        Func<TDb, IQueryable<TRow>> rows,
        Expression<Func<TRow, long>> key,
        Func<TRow, object> view
    )
        where TRow : class =>
        Of<TRow>(name, (db, last) => Behind(rows(db), key, last, Expression.GreaterThan).OrderBy(key), view);

    /// <inheritdoc cref="Of{TRow}(string, Func{TDb, IQueryable{TRow}}, Expression{Func{TRow, long}}, Func{TRow, object})" />
    public static Section<TDb> Of<TRow>(
        string name,
        Func<TDb, IQueryable<TRow>> rows,
        Expression<Func<TRow, string>> key,
        Func<TRow, object> view
    )
        where TRow : class =>
        Of<TRow>(
            name,
            (db, last) =>
                Behind(rows(db), key, last, (one, other) =>
                        Expression.GreaterThan(Expression.Call(CompareTexts, one, other), Expression.Constant(0))
                    )
                    .OrderBy(key),
            view
        );

    /// <summary>By a key of several columns.</summary>
    /// <param name="name">snake_case.</param>
    /// <param name="after">The rows behind this one (null: all) in the order of their key.</param>
    /// <param name="view">What is told of a row.</param>
    public static Section<TDb> Of<TRow>(string name, Func<TDb, TRow?, IQueryable<TRow>> after, Func<TRow, object> view)
        where TRow : class => new(name, async (db, last, cancellationToken) =>
        {
            var rows = await after(db, (TRow?)last).AsNoTracking().Take(BatchRows).ToListAsync(cancellationToken);
            return ([.. rows.Select(view)], rows.Count == BatchRows ? rows[^1] : null);
        });

    /// <summary>Of what a user has once at most.</summary>
    public static Section<TDb> One<TRow>(string name, Func<TDb, IQueryable<TRow>> row, Func<TRow, object> view)
        where TRow : class =>
        new(name, async (db, _, cancellationToken) =>
            ([.. (await row(db).AsNoTracking().ToListAsync(cancellationToken)).Select(view)], null)
        );

    private static IQueryable<TRow> Behind<TRow, TKey>(
        IQueryable<TRow> rows,
        Expression<Func<TRow, TKey>> key,
        TRow? last,
        Func<Expression, Expression, Expression> isBehind
    )
        where TRow : class
    {
        if (last is null)
            return rows;
        var value = key.Compile()(last);
        // A captured variable, so that it is a parameter of the statement.
        Expression<Func<TKey>> from = () => value;
        return rows.Where(Expression.Lambda<Func<TRow, bool>>(isBehind(key.Body, from.Body), key.Parameters));
    }

    /// <summary>
    /// All pieces of these sections, as the contract says them: a section's name and whole JSON values. An empty one
    /// has one piece.
    /// </summary>
    public static async IAsyncEnumerable<TPiece> ReadAsync<TPiece>(
        IDbContextFactory<TDb> databases,
        IReadOnlyList<Section<TDb>> sections,
        Func<string, IReadOnlyList<string>, TPiece> piece,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
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
                foreach (var items in Pieces(views))
                    yield return piece(section.Name, items);
            } while (last is not null);
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
