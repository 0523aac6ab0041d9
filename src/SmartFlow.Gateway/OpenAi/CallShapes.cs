using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.OpenApi;

namespace SmartFlow.Gateway.OpenAi;

/// <summary>
/// How the calls below /v1 stand in the description of the HTTP surface: the members that matter, in short. They are
/// never bound: bodies are read as bytes, and members that are not named here reach the provider.
/// </summary>
internal static class CallShapes
{
    public static void Describe<TBody, TAnswer>(this IEndpointConventionBuilder route, string summary)
    {
        Func<HttpContext, Task> described = static _ => Task.CompletedTask;
        route.WithMetadata(
            described.Method,
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TAnswer), ["application/json"])
        );
        route.WithSummary(summary);
        route.AddOpenApiOperationTransformer(
            async (operation, context, token) =>
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType>
                    {
                        ["application/json"] = new()
                        {
                            Schema = await context.GetOrCreateSchemaAsync(typeof(TBody), null, token),
                        },
                    },
                };
                (operation.Parameters ??= []).Add(
                    new OpenApiParameter
                    {
                        Name = "Idempotency-Key",
                        In = ParameterLocation.Header,
                        Description = "The call's event id; a repeat is answered from the journal and not charged.",
                        Schema = new OpenApiSchema
                        {
                            Type = JsonSchemaType.String,
                            MinLength = 1,
                            MaxLength = 255,
                        },
                    }
                );
                operation.Parameters.Add(
                    new OpenApiParameter
                    {
                        Name = "x-smartflow-adapt-output",
                        In = ParameterLocation.Header,
                        Description =
                            "`true`: where the Credit covers only a shorter answer, take that instead of a refusal.",
                        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
                    }
                );
            }
        );
    }
}

internal sealed record ChatCompletionRequest(
    IReadOnlyList<JsonObject> Messages,
    string? Model = null,
    bool? Stream = null,
    long? MaxTokens = null,
    long? MaxCompletionTokens = null,
    int? N = null,
    JsonNode? Stop = null,
    IReadOnlyList<JsonObject>? Tools = null,
    JsonNode? ToolChoice = null,
    JsonObject? ResponseFormat = null,
    bool? Logprobs = null
);

internal sealed record ChatCompletionAnswer(
    string Id,
    string Object,
    long Created,
    string Model,
    IReadOnlyList<JsonObject> Choices,
    JsonObject? Usage
);

/// <param name="Input">A text, texts, tokens, or lists of tokens.</param>
internal sealed record EmbeddingsRequest(
    JsonNode Input,
    string? Model = null,
    int? Dimensions = null,
    string? EncodingFormat = null
);

internal sealed record EmbeddingsAnswer(string Object, IReadOnlyList<JsonObject> Data, string Model, JsonObject? Usage);

internal sealed record CreateResponseRequest(
    JsonNode Input,
    string? Model = null,
    string? Instructions = null,
    bool? Stream = null,
    long? MaxOutputTokens = null,
    IReadOnlyList<JsonObject>? Tools = null,
    JsonObject? Text = null,
    JsonObject? Reasoning = null
);

internal sealed record ResponseAnswer(
    string Id,
    string Object,
    long CreatedAt,
    string Status,
    string Model,
    IReadOnlyList<JsonObject> Output,
    JsonObject? Usage,
    CallCost Smartflow
);

internal sealed record CreateMessageRequest(
    long MaxTokens,
    IReadOnlyList<JsonObject> Messages,
    string? Model = null,
    JsonNode? System = null,
    bool? Stream = null,
    IReadOnlyList<string>? StopSequences = null,
    IReadOnlyList<JsonObject>? Tools = null,
    JsonObject? ToolChoice = null,
    JsonObject? Thinking = null
);

internal sealed record MessageAnswer(
    string Id,
    string Type,
    string Role,
    string Model,
    IReadOnlyList<JsonObject> Content,
    string StopReason,
    JsonObject Usage,
    CallCost Smartflow
);

/// <summary>The call's key and what it cost.</summary>
internal sealed record CallCost(string EventId, long CreditMicros);
