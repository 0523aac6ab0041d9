using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using SmartFlow.Platform.Web.Idempotency;

namespace SmartFlow.Platform.Web.OpenApi;

/// <summary>The description of the HTTP surface at /openapi/v1.json, committed as docs/openapi.v1.json.</summary>
internal static class OpenApiRegistration
{
    private const string Bearer = "bearer";
    private const string Problem = "Problem";
    private const string KeyHeader = "Idempotency-Key";

    public static void AddPlatformOpenApi(this IServiceCollection services) => services.AddOpenApi("v1", o =>
        {
            o.AddDocumentTransformer((document, _, _) => DescribeAsync(document));
            o.AddOperationTransformer((operation, context, _) => DescribeAsync(operation, context));
            o.AddSchemaTransformer((schema, context, _) => DescribeAsync(schema, context));
            o.CreateSchemaReferenceId = SchemaName;
        });

    public static void MapPlatformOpenApi(this IEndpointRouteBuilder routes) =>
        routes.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();

    private static Task DescribeAsync(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo { Title = "SmartFlow", Version = "v1" };
        // The address is the reader's own: the committed document must not depend on who served it.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = Bearer,
                Description = "An access token; on /v1 also an API key (sf-…), there also by the header x-api-key.",
            },
        };
        document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>();
        document.Components.Schemas[Problem] = ProblemSchema();
        return Task.CompletedTask;
    }

    private static Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (!metadata.OfType<IAllowAnonymous>().Any())
            operation.Security =
            [
                new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] },
            ];
        if (metadata.OfType<IdempotencyMetadata>().FirstOrDefault() is { } idempotent)
            operation.Parameters =
            [
                .. (operation.Parameters ?? []).Where(p => p.Name != KeyHeader),
                KeyParameter(idempotent.Required),
            ];
        operation.Responses ??= [];
        operation.Responses.TryAdd(
            "default",
            new OpenApiResponse
            {
                Description = "Refused: the code says why.",
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    ["application/problem+json"] = new()
                    {
                        Schema = new OpenApiSchemaReference(Problem, context.Document),
                    },
                },
            }
        );
        return Task.CompletedTask;
    }

    /// <summary>
    /// Times are strings; what a request may leave out is not required, what an answer always has is; a property that
    /// is one of a few says which.
    /// </summary>
    private static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        var type = context.JsonTypeInfo.Type;
        if (type == typeof(DateTimeOffset) || type == typeof(DateTimeOffset?))
        {
            schema.Type =
                type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Format = "date-time";
        }
        if (
            type.Name.EndsWith("Request", StringComparison.Ordinal)
            || type.Name.EndsWith("Fields", StringComparison.Ordinal)
        )
            foreach (var property in context.JsonTypeInfo.Properties)
                if (!property.IsRequired)
                    schema.Required?.Remove(property.Name);
        if (IsAnswer(type))
            foreach (
                var property in context
                    .JsonTypeInfo.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type)
                    .Properties
            )
                if (property is { Get: not null, ShouldSerialize: null })
                    (schema.Required ??= new HashSet<string>()).Add(property.Name);
        if (
            context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(
                typeof(AllowedValuesAttribute),
                inherit: true
            )
            is [AllowedValuesAttribute allowed]
        )
            schema.Enum = [.. allowed.Values.Select(v => JsonSerializer.SerializeToNode(v)!)];
        return Task.CompletedTask;
    }

    /// <summary>By its name or that of what it extends; a struct is written whole.</summary>
    private static bool IsAnswer(Type type) =>
        type.IsValueType
        || type.Name.EndsWith("View", StringComparison.Ordinal)
        || type.Name.EndsWith("Detail", StringComparison.Ordinal)
        || (type.BaseType is { } extended && IsAnswer(extended));

    /// <summary>A nested type is named after its parent too, because many use cases have a Request.</summary>
    private static string? SchemaName(JsonTypeInfo type) =>
        OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name
        && type.Type.DeclaringType is { } parent
        && !type.Type.IsGenericType
            ? parent.Name + name
            : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

    private static OpenApiParameter KeyParameter(bool required) =>
        new()
        {
            Name = KeyHeader,
            In = ParameterLocation.Header,
            Required = required,
            Description = "Of your own choice; a repeat with the same key gets the first answer again.",
            Schema = new OpenApiSchema
            {
                Type = JsonSchemaType.String,
                MinLength = 1,
                MaxLength = 255,
            },
        };

    private static OpenApiSchema ProblemSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "type", "title", "status", "detail", "code" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["type"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["title"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
                ["detail"] = new OpenApiSchema { Type = JsonSchemaType.String },
                ["code"] = new OpenApiSchema { Type = JsonSchemaType.String, Description = "Stable; for programs." },
                ["errors"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Object,
                    AdditionalProperties = new OpenApiSchema
                    {
                        Type = JsonSchemaType.Array,
                        Items = new OpenApiSchema { Type = JsonSchemaType.String },
                    },
                },
            },
        };
}
