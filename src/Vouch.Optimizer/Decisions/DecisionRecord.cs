using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Vouch.Core.Exceptions;
using Vouch.Core.Policy;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Decisions;

/// <summary>A decision with all it rests on: enough to explain it, and to make it again bit for bit.</summary>
/// <remarks>Immutable and safe to share. Made on demand by <see cref="RoutedCall.ToRecord"/>, so that a decision nobody asks about costs nothing more.</remarks>
public sealed partial record DecisionRecord
{
    /// <summary>Gets the decision's number, unique within its router.</summary>
    public required long Id { get; init; }

    /// <summary>Gets when it was made.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Gets which try of the request it was for, from 1.</summary>
    public required int Attempt { get; init; }

    /// <summary>Gets what became of it.</summary>
    public required RoutingOutcome Outcome { get; init; }

    /// <summary>Gets what the choice rests on.</summary>
    public required RouteBasis Basis { get; init; }

    /// <summary>Gets the identifier of the chosen endpoint, null where none or a cascade was.</summary>
    public required string? Endpoint { get; init; }

    /// <summary>Gets the name of the chosen cascade, null where none was.</summary>
    public string? Cascade { get; init; }

    /// <summary>Gets the legs of the chosen cascade as they stood when the record was made, first, second and escalation; empty for a direct choice and a dry run.</summary>
    public IReadOnlyList<LegRecord> Legs { get; init; } = [];

    /// <summary>Gets whether the two cheap answers of the chosen cascade agreed; null before they were compared, and for a direct choice.</summary>
    public bool? Agreed { get; init; }

    /// <summary>Gets the chance with which it was chosen.</summary>
    /// <value>(0, 1]; 0 where none was.</value>
    public required double Propensity { get; init; }

    /// <summary>Gets the digest of everything that governed it: registry, prices, model, policy, calibration, options.</summary>
    public required PolicyDigest Digest { get; init; }

    /// <summary>Gets the digest of the predictor alone.</summary>
    public required string PredictorDigest { get; init; }

    /// <summary>Gets how old the predictor's evidence was.</summary>
    public required TimeSpan EvidenceAge { get; init; }

    /// <summary>Gets the policy's name.</summary>
    public required string Policy { get; init; }

    /// <summary>Gets the policy's price sensitivity.</summary>
    public required double PriceSensitivity { get; init; }

    /// <summary>Gets whether the policy steered traffic; where not, the safe endpoint did.</summary>
    public required bool IsPolicyServing { get; init; }

    /// <summary>Gets whether the monitor had found the promise broken.</summary>
    public required bool IsPromiseBroken { get; init; }

    /// <summary>Gets the safe endpoint, null where none is named.</summary>
    public string? SafeEndpoint { get; init; }

    /// <summary>Gets the promise that the policy was calibrated for, null where there is none.</summary>
    public string? Promise { get; init; }

    /// <summary>Gets how it explored, null where it did not.</summary>
    public ExplorationRecord? Exploration { get; init; }

    /// <summary>Gets the request.</summary>
    public required RequestRecord Request { get; init; }

    /// <summary>Gets what was left for the request.</summary>
    public required NanoUsd RequestAvailable { get; init; }

    /// <summary>Gets what the budgets left.</summary>
    public required NanoUsd BudgetAvailable { get; init; }

    /// <summary>Gets the name of the budget cap that left least; empty where none applies.</summary>
    public required string BudgetCap { get; init; }

    /// <summary>Gets what was set aside.</summary>
    public required NanoUsd Reserved { get; init; }

    /// <summary>Gets when another try makes sense, null where an endpoint was chosen or waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Gets all endpoints of the registry, in its order.</summary>
    public required IReadOnlyList<CandidateRecord> Candidates { get; init; }

    /// <summary>Gets all cascades of the predictor, in its order.</summary>
    public IReadOnlyList<CascadeRecord> Cascades { get; init; } = [];

    /// <summary>Gets what was chosen: the endpoint's identifier or the cascade's name, null where nothing was.</summary>
    [JsonIgnore]
    public string? Route => Cascade ?? Endpoint;

    /// <summary>Gets the identifier of the endpoint whose answer counts: the chosen one, a cascade's first where its answers agreed, its third where they did not; null where that is not known.</summary>
    [JsonIgnore]
    public string? AnsweredBy => Cascade is not { } name ? Endpoint
        : Cascades.FirstOrDefault(cascade => cascade.Name == name) is not { } chosen || Agreed is not { } agreed ? null
        : agreed ? chosen.First : chosen.Escalation;

    /// <summary>Gets what the policy alone would have chosen, where the safe endpoint or exploration took its place; else null.</summary>
    [JsonIgnore]
    public string? PolicyChoice => Basis == RouteBasis.Policy ? null : Chosen(RoutingConstraint.None, policyAlone: true)?.Name;

    /// <summary>Gets what would have been chosen without one law, for each law whose absence changes the choice.</summary>
    [JsonIgnore]
    public IReadOnlyList<Counterfactual> Counterfactuals => Lifted();

    /// <summary>Gets the laws that bind: those whose absence changes the choice; where no single one does and nothing was chosen, all that stand in the way.</summary>
    [JsonIgnore]
    public RoutingConstraint BindingConstraints
    {
        get
        {
            RoutingConstraint binding = Lifted().Aggregate(RoutingConstraint.None, static (sum, counterfactual) => sum | counterfactual.Without);
            return binding == RoutingConstraint.None && Route is null
                ? Candidates.Aggregate(RoutingConstraint.None, static (sum, candidate) => sum | candidate.Constraints)
                : binding;
        }
    }

    /// <summary>Reads a record.</summary>
    /// <param name="utf8Json">What <see cref="ToJson"/> wrote.</param>
    /// <exception cref="InputValidationException">The text is no record.</exception>
    public static DecisionRecord FromJson(ReadOnlySpan<byte> utf8Json)
    {
        try
        {
            return JsonSerializer.Deserialize(utf8Json, DecisionJson.Default.DecisionRecord)
                ?? throw new InputValidationException("The record of a decision is null.") { Expected = "an object" };
        }
        catch (Exception e) when (e is JsonException or FormatException or NotSupportedException or InvalidOperationException)
        {
            throw new InputValidationException($"This is no record of a decision: {e.Message}", e) { Location = (e as JsonException)?.Path, Expected = "JSON as DecisionRecord.ToJson writes it" };
        }
    }

    /// <summary>Writes the record as JSON; every number survives the way there and back bit for bit.</summary>
    /// <returns>UTF-8.</returns>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DecisionJson.Default.DecisionRecord);

    /// <summary>Makes the choice again from the record alone.</summary>
    /// <returns>The endpoint, propensity and basis that come out, and whether they are those recorded, bit for bit.</returns>
    public DecisionReplay Replay()
    {
        (RouteRecord? route, SelectionResult result) = Choose(RoutingConstraint.None, explore: true, policyAlone: false);
        string? endpoint = route is { IsCascade: false } ? route.Name : null;
        string? cascade = route is { IsCascade: true } ? route.Name : null;
        return new DecisionReplay(
            endpoint,
            result.Propensity,
            result.Basis,
            endpoint == Endpoint && cascade == Cascade && BitConverter.DoubleToInt64Bits(result.Propensity) == BitConverter.DoubleToInt64Bits(Propensity) && result.Basis == Basis,
            [])
        {
            Cascade = cascade,
        };
    }

    /// <summary>Explains the decision to a person: the choice, each candidate with its interval and what kept it out, what binds, and what would have been.</summary>
    public string Explain()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Decision {Id}, try {Attempt}: ")
            .Append(Route is { } chosen ? string.Create(CultureInfo.InvariantCulture, $"{chosen} ({Basis}, propensity {Propensity:0.####})") : "rejected")
            .Append(CultureInfo.InvariantCulture, $". Policy {Policy}: {new RoutingPolicy(Policy, PriceSensitivity).Meaning}").AppendLine();
        if (Promise is { } promise)
        {
            text.Append(CultureInfo.InvariantCulture, $"Promise: {promise}{(IsPromiseBroken ? "; found broken, the safe endpoint serves" : IsPolicyServing ? "" : "; not in force, the safe endpoint serves")}.").AppendLine();
        }

        foreach (CandidateRecord candidate in Candidates)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {(candidate.Endpoint == Endpoint ? '>' : ' ')} {candidate.Endpoint}: ")
                .Append(double.IsNaN(candidate.Success)
                    ? "quality unknown"
                    : string.Create(CultureInfo.InvariantCulture, $"quality {candidate.Success:0.000} [{candidate.Lower:0.000}, {candidate.Upper:0.000}], n = {candidate.SampleSize:0}"))
                .Append(CultureInfo.InvariantCulture, $", expected {candidate.ExpectedCost}, at most {candidate.WorstCost}");
            if (candidate.Constraints != RoutingConstraint.None)
            {
                text.Append(CultureInfo.InvariantCulture, $"; kept out: {candidate.Constraints}");
            }

            if (candidate.DominatedBy is { } better)
            {
                text.Append(CultureInfo.InvariantCulture, $"; dominated by {better}");
            }

            text.AppendLine();
        }

        foreach (CascadeRecord cascade in Cascades)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {(cascade.Name == Cascade ? '>' : ' ')} {cascade.Name}: ")
                .Append(double.IsNaN(cascade.Success)
                    ? "quality unknown"
                    : string.Create(CultureInfo.InvariantCulture, $"quality {cascade.Success:0.000} [{cascade.Lower:0.000}, {cascade.Upper:0.000}], n = {cascade.SampleSize:0}, agreement {cascade.Agreement:0.00}"))
                .Append(CultureInfo.InvariantCulture, $", expected {cascade.ExpectedCost}, at most {cascade.WorstCost}")
                .Append(cascade.Constraints == RoutingConstraint.None ? "" : $"; kept out: {cascade.Constraints}")
                .AppendLine();
        }

        foreach (LegRecord leg in Legs)
        {
            text.Append(CultureInfo.InvariantCulture, $"  Leg {leg.Endpoint}: {leg.State}, set aside {leg.Reserved}, charged {leg.Charged}.").AppendLine();
        }

        if (Agreed is { } agreed)
        {
            text.Append(CultureInfo.InvariantCulture, $"The two {(agreed ? "agreed" : "did not agree")}: {AnsweredBy} answers.").AppendLine();
        }

        text.Append(CultureInfo.InvariantCulture, $"Evidence {EvidenceAge.TotalDays:0.#} days old. Binding: {BindingConstraints}.").AppendLine();
        foreach (Counterfactual counterfactual in Counterfactuals)
        {
            text.Append(counterfactual).AppendLine();
        }

        return text.Append(CultureInfo.InvariantCulture, $"Set aside {Reserved}; policy {Digest}.").ToString();
    }
}
