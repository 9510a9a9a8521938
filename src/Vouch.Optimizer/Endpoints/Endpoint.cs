namespace Vouch.Optimizer.Endpoints;

/// <summary>One model behind one address at one price: what queries are routed to.</summary>
/// <remarks>
/// Immutable and safe to share. Made from <see cref="EndpointOptions"/> by <see cref="EndpointRegistry"/>, which checks every field. The tier is a name for people:
/// nothing is decided by it.
/// </remarks>
public sealed record Endpoint
{
    internal Endpoint()
    {
    }

    /// <summary>Gets the name that is unique in its registry.</summary>
    public required string Id { get; init; }

    /// <summary>Gets who runs it, as hosts allow or forbid it.</summary>
    public required string Provider { get; init; }

    /// <summary>Gets the model's name as the provider knows it.</summary>
    public required string Model { get; init; }

    /// <summary>Gets the tier's name, for people; may be empty.</summary>
    public required string Tier { get; init; }

    /// <summary>Gets the prices.</summary>
    public required EndpointPrices Prices { get; init; }

    /// <summary>Gets the most tokens of input and output together.</summary>
    /// <value>1 to 2^30.</value>
    public required int ContextTokens { get; init; }

    /// <summary>Gets the most output tokens of one call, hidden reasoning included.</summary>
    /// <value>1 to <see cref="ContextTokens"/>.</value>
    public required int MaxOutputTokens { get; init; }

    /// <summary>Gets what it can do.</summary>
    public required EndpointCapabilities Capabilities { get; init; }

    /// <summary>Gets where it stands, as hosts allow or forbid it; may be empty (then it stands in no allowed region).</summary>
    public required string Region { get; init; }

    /// <summary>Gets whether it takes part in routing.</summary>
    public required EndpointRole Role { get; init; }

    /// <summary>Gets whether it is switched on. What is switched off is shown in decisions and never called.</summary>
    public required bool Enabled { get; init; }

    /// <summary>Gets the base address of its OpenAI-compatible interface (such as <c>https://host/v1/</c>); null where the host reaches it in its own way.</summary>
    public Uri? Address { get; init; }

    /// <summary>Gets the name under which the host keeps its key; never the key.</summary>
    public string? KeyName { get; init; }

    /// <summary>Returns the identifier.</summary>
    public override string ToString() => Id;
}
