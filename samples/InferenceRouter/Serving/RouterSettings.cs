namespace InferenceRouter.Serving;

/// <summary>What the server takes from configuration beside the endpoints, budgets and options of the package.</summary>
internal sealed class RouterSettings
{
    /// <summary>Quality, Balanced or Economy.</summary>
    public string Profile { get; set; } = "Balanced";

    /// <summary>What a typical query costs on the best endpoint, in dollars: what the profile's meaning is scaled to.</summary>
    public double ReferenceCostUsd { get; set; } = 0.01;

    /// <summary>What the host believes of endpoints that nothing was measured of, by identifier. A belief counts as no evidence and says so.</summary>
    public Dictionary<string, PriorBelief> Priors { get; set; } = [];

    /// <summary>Cascades to choose among while no fitted model serves: what the host believes of two cheap endpoints that agree, or else of a third.</summary>
    public List<CascadeBelief> Cascades { get; set; } = [];

    /// <summary>The largest request body, in bytes.</summary>
    public long MaxRequestBytes { get; set; } = 8 << 20;

    /// <summary>How many answers are remembered for feedback.</summary>
    public int RememberedAnswers { get; set; } = 65_536;
}

/// <summary>A stated belief about an endpoint.</summary>
internal sealed class PriorBelief
{
    public double Success { get; set; } = 0.5;

    public double OutputTokens { get; set; } = 300;
}

/// <summary>A stated belief about a cascade.</summary>
internal sealed class CascadeBelief
{
    /// <summary>The endpoint whose answer is accepted on agreement.</summary>
    public string First { get; set; } = "";

    /// <summary>The endpoint that must agree.</summary>
    public string Second { get; set; } = "";

    /// <summary>The endpoint that decides on disagreement.</summary>
    public string Escalation { get; set; } = "";

    public double Success { get; set; } = 0.5;

    /// <summary>How often the two agree.</summary>
    public double Agreement { get; set; } = 0.5;
}
