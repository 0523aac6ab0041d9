namespace SmartFlow.Contracts.Billing;

/// <summary>
/// Who pays for a model call and which call it is: a required argument of every method that reaches a model.
/// </summary>
/// <param name="UserId">The account that is charged.</param>
/// <param name="EventId">The caller's own key of the call: 1-255 visible ASCII characters; <c>sf:</c> is ours.</param>
/// <param name="Scene">What the call is for; see <see cref="Scenes"/>.</param>
/// <param name="RequestId">The request that led to the call.</param>
/// <param name="ConversationId">The conversation, or empty.</param>
/// <param name="ModelAlias">The model or alias asked for; empty: the default.</param>
/// <param name="SkipCharge">Metered and priced but not charged; only for scenes configured as internal.</param>
/// <param name="ApiKeyId">The API key that was used; 0: none. It is its user's, and only told apart for limits and
/// views.</param>
/// <param name="Caps">What that key may use at most; null: nothing of its own.</param>
/// <param name="AdaptOutput">Where the Credit covers a shorter answer than asked for, that one is made instead of a
/// refusal.</param>
public sealed record BillingContext(
    ulong UserId,
    string EventId,
    string Scene,
    string RequestId,
    string ConversationId,
    string ModelAlias,
    bool SkipCharge,
    long ApiKeyId = 0,
    ApiKeyCaps? Caps = null,
    bool AdaptOutput = false
);

/// <summary>What an API key may use at most, as its owner set it; null: no cap. Days and months are UTC's.</summary>
/// <param name="RequestsPerMinute">Calls.</param>
/// <param name="CreditMicrosPerDay">Micro-credits.</param>
/// <param name="CreditMicrosPerMonth">Micro-credits.</param>
/// <param name="Models">The models or aliases that it may ask; null or empty: all.</param>
public sealed record ApiKeyCaps(
    long? RequestsPerMinute = null,
    long? CreditMicrosPerDay = null,
    long? CreditMicrosPerMonth = null,
    IReadOnlyList<string>? Models = null
);

/// <summary>What a call is for.</summary>
public static class Scenes
{
    public const string AgentChat = "agent.chat";
    public const string AgentPlan = "agent.plan";
    public const string CourseParseImage = "course.parse_image";
    public const string PlannerQuickAdd = "planner.quick_add";
    public const string MemoryExtract = "memory.extract";
    public const string MemoryEmbed = "memory.embed";
    public const string ActiveSchedulerSelect = "active_scheduler.select";
    public const string GatewayOpenAi = "gateway.openai";
    public const string GatewayFallback = "gateway.fallback";

    public static readonly IReadOnlySet<string> All = new HashSet<string>(StringComparer.Ordinal)
    {
        AgentChat,
        AgentPlan,
        CourseParseImage,
        PlannerQuickAdd,
        MemoryExtract,
        MemoryEmbed,
        ActiveSchedulerSelect,
        GatewayOpenAi,
        GatewayFallback,
    };
}
