using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using SmartFlow.Platform.Web.Problems;

namespace SmartFlow.Platform.Features;

/// <summary>On routes of something that operators switch off: refused with feature_off (403) meanwhile.</summary>
/// <param name="Name">One of <see cref="Feature"/>.</param>
public sealed record RequiresFeature(string Name);

/// <summary>Puts it on routes.</summary>
public static class FeatureRoutes
{
    /// <summary>The route, or a group of them, is there while the feature is on.</summary>
    public static TBuilder RequireFeature<TBuilder>(this TBuilder builder, string name)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(new RequiresFeature(name));

    /// <summary>After authorisation: strangers hear what they always hear.</summary>
    internal static Task InvokeAsync(HttpContext context, RequestDelegate next, FeatureSwitches switches) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RequiresFeature>() is { } needed && !switches.IsOn(needed.Name)
            ? Refusals.WriteAsync(context, FeatureSwitches.Off(needed.Name))
            : next(context);
}
