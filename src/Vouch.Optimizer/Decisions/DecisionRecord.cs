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

    /// <summary>Gets the identifier of the chosen endpoint, null where none was.</summary>
    public required string? Endpoint { get; init; }

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

    /// <summary>Gets what the policy alone would have chosen, where the safe endpoint or exploration took its place; else null.</summary>
    [JsonIgnore]
    public string? PolicyChoice => Basis == RouteBasis.Policy ? null : Chosen(RoutingConstraint.None, policyAlone: true)?.Endpoint;

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
            return binding == RoutingConstraint.None && Endpoint is null
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
        (CandidateRecord? candidate, SelectionResult result) = Choose(RoutingConstraint.None, explore: true, policyAlone: false);
        return new DecisionReplay(
            candidate?.Endpoint,
            result.Propensity,
            result.Basis,
            candidate?.Endpoint == Endpoint && BitConverter.DoubleToInt64Bits(result.Propensity) == BitConverter.DoubleToInt64Bits(Propensity) && result.Basis == Basis,
            []);
    }

    /// <summary>Explains the decision to a person: the choice, each candidate with its interval and what kept it out, what binds, and what would have been.</summary>
    public string Explain()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Decision {Id}, try {Attempt}: ")
            .Append(Endpoint is { } chosen ? string.Create(CultureInfo.InvariantCulture, $"{chosen} ({Basis}, propensity {Propensity:0.####})") : "rejected")
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

        text.Append(CultureInfo.InvariantCulture, $"Evidence {EvidenceAge.TotalDays:0.#} days old. Binding: {BindingConstraints}.").AppendLine();
        foreach (Counterfactual counterfactual in Counterfactuals)
        {
            text.Append(counterfactual).AppendLine();
        }

        return text.Append(CultureInfo.InvariantCulture, $"Set aside {Reserved}; policy {Digest}.").ToString();
    }

    private List<Counterfactual> Lifted()
    {
        RoutingConstraint present = Candidates.Aggregate(RoutingConstraint.None, static (sum, candidate) => sum | candidate.Constraints);
        CandidateRecord? made = Candidates.FirstOrDefault(candidate => candidate.Endpoint == Endpoint);
        var found = new List<Counterfactual>();
        string? base_ = Chosen(RoutingConstraint.None, policyAlone: false)?.Endpoint;
        foreach (RoutingConstraint law in Enum.GetValues<RoutingConstraint>())
        {
            if (law != RoutingConstraint.None && (present & law) != 0 && Chosen(law, policyAlone: false) is { } other && other.Endpoint != base_)
            {
                found.Add(new Counterfactual(
                    law,
                    other.Endpoint,
                    made is { ExpectedCost.Value: > 0 } ? ((double)other.ExpectedCost.Value / made.ExpectedCost.Value) - 1 : null,
                    made is null ? null : other.Success - made.Success));
            }
        }

        return found;
    }

    private CandidateRecord? Chosen(RoutingConstraint lifted, bool policyAlone) => Choose(lifted, explore: false, policyAlone).Candidate;

    private (CandidateRecord? Candidate, SelectionResult Result) Choose(RoutingConstraint lifted, bool explore, bool policyAlone)
    {
        int size = Candidates.Count == 0 ? 0 : Candidates.Max(static candidate => candidate.Position) + 1;
        var predictions = new OutcomePrediction[size];
        double[] costs = new double[size];
        var at = new CandidateRecord?[size];
        Array.Fill(costs, double.PositiveInfinity);
        int safe = -1;
        foreach (CandidateRecord candidate in Candidates)
        {
            if (candidate.Position >= 0)
            {
                predictions[candidate.Position] = new OutcomePrediction(candidate.Success, candidate.Lower, candidate.Upper, candidate.OutputTokens, candidate.SampleSize);
                costs[candidate.Position] = RoutedCall.Dollars(candidate.ExpectedCost);
                at[candidate.Position] = candidate;
                safe = candidate.Endpoint == SafeEndpoint ? candidate.Position : safe;
            }
        }

        int[] eligible = [.. Enumerable.Range(0, size).Where(position => at[position] is { } candidate && (candidate.Constraints & ~lifted) == RoutingConstraint.None && !double.IsNaN(candidate.Success))];
        var rule = new SelectionRule(new RoutingPolicy(Policy, PriceSensitivity), policyAlone || IsPolicyServing, !policyAlone && IsPromiseBroken, safe);
        ContextualBandit? bandit = explore && Exploration is { } how
            ? new ContextualBandit(size, new ContextualBanditOptions { ExplorationShare = how.Share, CostCap = how.CostCap, PriorStrength = how.PriorStrength, Seed = how.Seed })
            : null;
        SelectionResult result = Selection.Choose(rule, predictions, costs, eligible, bandit, Id);
        return (result.Position < 0 ? null : at[result.Position], result);
    }
}
