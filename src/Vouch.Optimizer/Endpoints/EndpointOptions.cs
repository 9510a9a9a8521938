namespace Vouch.Optimizer.Endpoints;

/// <summary>An endpoint as it stands in configuration.</summary>
public sealed class EndpointOptions
{
    /// <summary>Gets or sets the name, unique among the endpoints (letter case counts).</summary>
    public string Id { get; set; } = "";

    /// <summary>Gets or sets who runs it.</summary>
    public string Provider { get; set; } = "";

    /// <summary>Gets or sets the model's name as the provider knows it; the identifier where it is empty.</summary>
    public string Model { get; set; } = "";

    /// <summary>Gets or sets the tier's name, for people.</summary>
    public string Tier { get; set; } = "";

    /// <summary>Gets or sets the price of input tokens, in dollars per million.</summary>
    /// <value>0 to 1,000,000. There is no default: a missing price is not a price of nothing.</value>
    public decimal? InputUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of output tokens, in dollars per million.</summary>
    /// <value>0 to 1,000,000. There is no default.</value>
    public decimal? OutputUsdPerMillion { get; set; }

    /// <summary>Gets or sets the price of hidden reasoning tokens, in dollars per million.</summary>
    /// <value>0 to 1,000,000; null (the default) where they cost what output tokens cost.</value>
    public decimal? ReasoningUsdPerMillion { get; set; }

    /// <summary>Gets or sets the output tokens billed for each visible one.</summary>
    /// <value>1 to 1,000. The default is 1: nothing hidden.</value>
    public double ReasoningFactor { get; set; } = 1;

    /// <summary>Gets or sets the most tokens of input and output together.</summary>
    /// <value>1 to 2^30. There is no default.</value>
    public int? ContextTokens { get; set; }

    /// <summary>Gets or sets the most output tokens of one call.</summary>
    /// <value>1 to <see cref="ContextTokens"/>. The default is 4,096, or the context where that is smaller.</value>
    public int? MaxOutputTokens { get; set; }

    /// <summary>Gets or sets what it can do, such as <c>Streaming, Tools, Json</c>.</summary>
    /// <value>The default is <see cref="EndpointCapabilities.Streaming"/> and <see cref="EndpointCapabilities.SystemMessages"/>.</value>
    public EndpointCapabilities Capabilities { get; set; } = EndpointCapabilities.Streaming | EndpointCapabilities.SystemMessages;

    /// <summary>Gets or sets where it stands.</summary>
    public string Region { get; set; } = "";

    /// <summary>Gets or sets whether it takes part in routing.</summary>
    public EndpointRole Role { get; set; }

    /// <summary>Gets or sets whether it is switched on.</summary>
    /// <value>The default is true.</value>
    public bool Enabled { get; set; } = true;

    /// <summary>Gets or sets the base address of its OpenAI-compatible interface, such as <c>https://host/v1/</c>.</summary>
    /// <value>An absolute http or https address, or null.</value>
    public string? Address { get; set; }

    /// <summary>Gets or sets the name under which the host keeps its key; never the key.</summary>
    public string? KeyName { get; set; }
}
