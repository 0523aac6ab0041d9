namespace SmartFlow.Llm.Calls;

/// <summary>The candidates behind a name. Every order that can be picked is made once.</summary>
internal sealed class ModelRoute
{
    private readonly Candidate[][] orders;
    private readonly int[] upTo;

    /// <summary>Always in this order.</summary>
    public ModelRoute(Candidate[] candidates)
    {
        orders = [candidates];
        upTo = [1];
    }

    /// <summary>One first by its weight, the rest after it as they stand; the sum of the weights is above 0.</summary>
    public ModelRoute(Candidate[] candidates, int[] weights)
    {
        orders =
        [
            .. candidates.Select((first, i) => (Candidate[])[first, .. candidates.Where((_, other) => other != i)]),
        ];
        upTo = new int[weights.Length];
        var sum = 0;
        for (var i = 0; i < weights.Length; i++)
            upTo[i] = sum += weights[i];
    }

    /// <summary>In the order of the configuration.</summary>
    public Candidate[] Candidates => orders[0];

    public Candidate[] Pick(Random random)
    {
        if (orders.Length == 1)
            return orders[0];
        var drawn = random.Next(upTo[^1]);
        return orders[Array.FindIndex(upTo, u => drawn < u)];
    }
}
