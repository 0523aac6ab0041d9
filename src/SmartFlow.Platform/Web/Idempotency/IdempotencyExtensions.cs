using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using SmartFlow.Platform.Data;

namespace SmartFlow.Platform.Web.Idempotency;

/// <summary>Marks routes whose repeats with the same Idempotency-Key get the first answer again.</summary>
public static class IdempotencyExtensions
{
    /// <summary>
    /// The answer to a request with an Idempotency-Key is kept for 24 hours in the module's database, bound to user,
    /// method, path, query and body. A repeat gets it again; another body under the key: key_reused; while the first
    /// one runs: in_flight. The use case runs to its end even when the client hangs up. Answers of 400 and above are
    /// not kept: the request may be sent again. A process that dies between the use case's commit and the note of its
    /// answer lets the repeat run again; where that must not happen, the use case keeps the key itself (orders, calls).
    /// Not for routes that answer with secrets or streams.
    /// </summary>
    /// <param name="builder">The route, or a group of them.</param>
    /// <param name="required">Refuse a request without a key: idempotency_key_required.</param>
    public static TBuilder WithIdempotency<TBuilder, TDb>(this TBuilder builder, bool required = false)
        where TBuilder : IEndpointConventionBuilder
        where TDb : ModuleDb
    {
        builder.WithMetadata(new IdempotencyMetadata(required, s => s.GetRequiredService<IdempotentAnswers<TDb>>()));
        return builder;
    }

    /// <summary>The key under which this request's route keeps its answer; null: it has none.</summary>
    public static string? IdempotencyKey(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Features.Get<IdempotentCall>()?.Key;
    }

    /// <inheritdoc cref="WithIdempotency{TBuilder,TDb}" />
    public static RouteHandlerBuilder WithIdempotency<TDb>(this RouteHandlerBuilder builder, bool required = false)
        where TDb : ModuleDb => builder.WithIdempotency<RouteHandlerBuilder, TDb>(required);
}

/// <summary>On a route that keeps its answers.</summary>
internal sealed record IdempotencyMetadata(bool Required, Func<IServiceProvider, IIdempotentAnswers> Answers);
