using System.Buffers;
using System.Text;
using System.Text.Json;
using Vouch.Core.Policy;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>Everything that a decision reads and that does not change with it, put together once per change of registry, model or plan.</summary>
internal sealed class CompiledPlan
{
    private const int CharactersPerToken = 4;
    private const int MessageOverheadTokens = 64;

    private readonly RoutingConstraint[] _standing;

    public CompiledPlan(
        EndpointRegistry registry, IOutcomePredictor predictor, RoutingPlan plan, ContextualBandit? bandit, ContextualBanditOptions? exploration, GuaranteeMonitor? monitor,
        RouterOptions options, Func<string, EndpointHealth> healthOf)
    {
        Registry = registry;
        Predictor = predictor;
        Plan = plan;
        Bandit = bandit;
        Exploration = exploration;
        Monitor = monitor;
        int known = predictor.Endpoints.Count;
        PositionOf = new int[registry.Count];
        EndpointOf = new int[known];
        Array.Fill(PositionOf, -1);
        Array.Fill(EndpointOf, -1);
        for (int position = 0; position < known; position++)
        {
            if (registry.PositionOf(predictor.Endpoints[position]) is >= 0 and int found)
            {
                EndpointOf[position] = found;
                PositionOf[found] = position;
            }
        }

        Cascades = [.. predictor.Cascades.Select(cascade => new CompiledCascade(cascade, predictor.Endpoints, EndpointOf))];
        Routes = known + Cascades.Length;
        Health = [.. registry.Endpoints.Select(endpoint => healthOf(endpoint.Id))];
        _standing = [.. registry.Endpoints.Select(endpoint =>
            (endpoint.Enabled ? 0 : RoutingConstraint.Disabled)
            | (endpoint.Role == EndpointRole.Newcomer && !IsPromoted(endpoint.Id) ? RoutingConstraint.Shadow : 0)
            | (options.AllowedProviders.Count == 0 || Holds(options.AllowedProviders, endpoint.Provider) ? 0 : RoutingConstraint.Provider)
            | (options.AllowedRegions.Count == 0 || Holds(options.AllowedRegions, endpoint.Region) ? 0 : RoutingConstraint.Region))];
        int safe = registry.PositionOf(plan.SafeEndpoint);
        SafePosition = safe < 0 ? -1 : PositionOf[safe];
        Digest = DigestOf(options);
    }

    public EndpointRegistry Registry { get; }

    public IOutcomePredictor Predictor { get; }

    public RoutingPlan Plan { get; }

    public ContextualBandit? Bandit { get; }

    public ContextualBanditOptions? Exploration { get; }

    public GuaranteeMonitor? Monitor { get; }

    /// <summary>The predictor's position of each endpoint of the registry, -1 where it does not know it.</summary>
    public int[] PositionOf { get; }

    /// <summary>The registry's endpoint of each of the predictor's positions, -1 where there is none.</summary>
    public int[] EndpointOf { get; }

    public CompiledCascade[] Cascades { get; }

    /// <summary>How many positions can be chosen: the predictor's endpoints, then its cascades.</summary>
    public int Routes { get; }

    /// <summary>How many predictions there are: the routes, then each cascade's chance of agreement.</summary>
    public int Predictions => Routes + Cascades.Length;

    public EndpointHealth[] Health { get; }

    public int SafePosition { get; }

    public PolicyDigest Digest { get; }

    /// <summary>Whether a newcomer earned its place by mirrored traffic.</summary>
    public bool IsPromoted(string endpoint) => Predictor is PromotedPredictor promoted && promoted.Newcomers.Any(newcomer => newcomer.Endpoint == endpoint);

    /// <summary>The name of a route: the endpoint's identifier, or the cascade's name.</summary>
    public string NameOf(int position) => position < EndpointOf.Length ? Predictor.Endpoints[position] : Cascades[position - EndpointOf.Length].Name;

    public static long EstimatedTokens(int characters) => (characters + CharactersPerToken - 1) / CharactersPerToken;

    public static long MostTokens(ReadOnlySpan<char> prompt) => Encoding.UTF8.GetByteCount(prompt) + MessageOverheadTokens;

    /// <summary>The laws that hold whatever happens: they need neither prediction nor clock.</summary>
    public RoutingConstraint Standing(int endpoint, in RequestFacts facts)
    {
        Endpoint candidate = Registry[endpoint];
        RoutingConstraint constraints = _standing[endpoint];
        if (facts.Constraints is { } rules)
        {
            constraints |= (rules.AllowedProviders is { } providers && !Holds(providers, candidate.Provider) ? RoutingConstraint.Provider : 0)
                | (rules.AllowedRegions is { } regions && !Holds(regions, candidate.Region) ? RoutingConstraint.Region : 0)
                | (rules.ForbiddenEndpoints is { } forbidden && Names(forbidden, candidate.Id) ? RoutingConstraint.Forbidden : 0);
        }

        return constraints
            | ((candidate.Capabilities & facts.Capabilities) == facts.Capabilities ? 0 : RoutingConstraint.Capability)
            | (facts.InputTokens + OutputLimit(endpoint, facts) > candidate.ContextTokens ? RoutingConstraint.Context : 0);
    }

    /// <summary>The most output tokens that the call is to be made with: the request's limit or the endpoint's, whichever is less, within what the context leaves.</summary>
    public long OutputLimit(int endpoint, in RequestFacts facts)
    {
        Endpoint candidate = Registry[endpoint];
        if (facts.MaxOutputTokens > 0)
        {
            return Math.Min(facts.MaxOutputTokens, candidate.MaxOutputTokens);
        }

        return Math.Max(1, Math.Min(candidate.MaxOutputTokens, candidate.ContextTokens - facts.InputTokens));
    }

    public NanoUsd ExpectedCost(int endpoint, in RequestFacts facts, in OutcomePrediction prediction)
    {
        EndpointPrices prices = Registry[endpoint].Prices;
        double tokens = Predictor.CountsHiddenTokens ? prediction.OutputTokens : prediction.OutputTokens * prices.ReasoningFactor;
        return prices.ExpectedCost(facts.InputTokens, Math.Min(tokens, OutputLimit(endpoint, facts)));
    }

    /// <summary>The laws that keep a cascade out whatever the moment: those of its endpoints, and its own.</summary>
    public static RoutingConstraint Standing(in CompiledCascade cascade, RoutingConstraint first, RoutingConstraint second, RoutingConstraint escalation, in RequestFacts facts, int attempt, double success, double agreement) =>
        first | second | escalation
        | (facts.AllowsCascades && attempt == 1 ? 0 : RoutingConstraint.DirectOnly)
        | (cascade.IsComplete && !double.IsNaN(success) && agreement is >= 0 and <= 1 ? 0 : RoutingConstraint.NoEvidence);

    /// <summary>Both cheap answers, and the third by the chance that they disagree; rounded up, so that a cascade never looks cheaper than it is.</summary>
    public static NanoUsd ExpectedCost(NanoUsd first, NanoUsd second, NanoUsd escalation, double agreement)
    {
        double third = (1 - agreement) * escalation.Value;
        return first + second + new NanoUsd(third >= long.MaxValue ? long.MaxValue : third > 0 ? (long)Math.Ceiling(third) : 0);
    }

    public NanoUsd WorstCost(int endpoint, in RequestFacts facts) => Registry[endpoint].Prices.WorstCost(facts.MaxInputTokens, OutputLimit(endpoint, facts));

    private static bool Holds(IEnumerable<string> names, string name)
    {
        // Arrays and lists are what comes; a plain loop over either allocates nothing.
        if (names is IReadOnlyList<string> list)
        {
            for (int i = 0; i < list.Count; i++)
            {
                if (string.Equals(list[i], name, StringComparison.OrdinalIgnoreCase))
                {
                    return name.Length > 0;
                }
            }

            return false;
        }

        return name.Length > 0 && names.Contains(name, StringComparer.OrdinalIgnoreCase);
    }

    private static bool Names(IReadOnlyList<string> ids, string id)
    {
        for (int i = 0; i < ids.Count; i++)
        {
            if (string.Equals(ids[i], id, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private PolicyDigest DigestOf(RouterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("registry", Registry.Digest.Value);
            json.WriteString("predictor", Predictor.Digest);
            json.WriteString("policy", Plan.Policy.Name);

            // Bits as text: an infinite sensitivity is allowed, and JSON has no such number.
            json.WriteString("sensitivity", BitConverter.DoubleToInt64Bits(Plan.Policy.PriceSensitivity).ToString("x16", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("safe", Plan.SafeEndpoint);
            json.WriteBoolean("serving", Plan.IsPolicyServing);
            json.WriteString("calibration", Plan.Calibration?.DataDigest);
            json.WriteString("calibratedModel", Plan.Calibration?.ModelDigest);
            if (Exploration is { } exploration)
            {
                json.WriteNumber("explorationShare", exploration.ExplorationShare);
                json.WriteNumber("explorationCostCap", exploration.CostCap);
                json.WriteNumber("priorStrength", exploration.PriorStrength);
                json.WriteNumber("seed", exploration.Seed);
            }

            json.WriteStartArray("providers");
            foreach (string provider in options.AllowedProviders.Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(provider);
            }

            json.WriteEndArray();
            json.WriteStartArray("regions");
            foreach (string region in options.AllowedRegions.Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(region);
            }

            json.WriteEndArray();
            json.WriteNumber("maxAttempts", options.MaxAttempts);
            if (Cascades.Length > 0)
            {
                json.WriteStartArray("cascades");
                foreach (CompiledCascade cascade in Cascades)
                {
                    json.WriteStringValue(cascade.Name);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return PolicyDigest.OfJson(buffer.WrittenSpan);
    }
}

/// <summary>What a decision keeps of its request.</summary>
internal readonly record struct RequestFacts(
    int PromptCharacters, long InputTokens, long MaxInputTokens, int MaxOutputTokens, EndpointCapabilities Capabilities, RouteConstraints? Constraints, string? Tenant, NanoUsd MaxCost, bool AllowsCascades);
