using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;

namespace SmartFlow.Platform.Web.Problems;

/// <summary>Which parameter of a route's handler could not be read from the path, the query or a header.</summary>
internal static class BadParameters
{
    /// <summary>The field and the reason, or null where all that can be looked at is right.</summary>
    public static (string Field, string Reason)? Find(HttpContext context, Endpoint? endpoint)
    {
        if (endpoint?.Metadata.GetMetadata<MethodInfo>() is not { } handler)
            return null;
        var body = endpoint.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        foreach (var parameter in handler.GetParameters())
        {
            var (name, given) = Value(context, parameter);
            if (given is not null && !Kinds.Reads(parameter.ParameterType, given))
                return (name, $"must be {Kinds.Of(parameter.ParameterType)}");
            if (
                given is null
                && IsRequired(parameter)
                && (IsPlain(parameter) || (parameter.ParameterType == body && !HasBody(context)))
            )
                return (name, "is required");
        }
        return null;
    }

    private static (string Name, string? Given) Value(HttpContext context, ParameterInfo parameter)
    {
        var request = context.Request;
        if (Attribute<IFromHeaderMetadata>(parameter) is { } header)
            return (
                header.Name ?? parameter.Name!,
                request.Headers.TryGetValue(header.Name ?? parameter.Name!, out var sent) ? sent.ToString() : null
            );
        var name = Attribute<IFromQueryMetadata>(parameter)?.Name
            ?? Attribute<IFromRouteMetadata>(parameter)?.Name
            ?? parameter.Name!;
        var parts = context.Features.Get<IExceptionHandlerFeature>()?.RouteValues ?? request.RouteValues;
        var given =
            parts.TryGetValue(name, out var part) ? part?.ToString()
            : request.Query.TryGetValue(name, out var asked) && asked.Count > 0 ? asked[0]
            : null;
        // A parameter of several words is read from its name in snake_case, as the fields of a body are.
        return (
            JsonNamingPolicy.SnakeCaseLower.ConvertName(name),
            given is { Length: 0 } && !IsRequired(parameter) ? null : given
        );
    }

    private static T? Attribute<T>(ParameterInfo parameter)
        where T : class => parameter.GetCustomAttributes().OfType<T>().FirstOrDefault();

    private static bool HasBody(HttpContext context) =>
        context.Request.ContentLength is not 0
        && context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: false };

    private static bool IsPlain(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(string)
        || (parameter.ParameterType.IsValueType && parameter.ParameterType != typeof(CancellationToken));

    private static bool IsRequired(ParameterInfo parameter) =>
        !parameter.HasDefaultValue
        && (
            parameter.ParameterType.IsValueType
                ? Nullable.GetUnderlyingType(parameter.ParameterType) is null
                : new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.NotNull
        );
}
