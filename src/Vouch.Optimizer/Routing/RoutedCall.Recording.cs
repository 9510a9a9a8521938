using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <content>The record of the latest decision, made on demand.</content>
public sealed partial class RoutedCall
{
    /// <summary>Records the latest decision. It may be called at any time before the call is disposed of; fallbacks are decisions of their own.</summary>
    /// <returns>The record.</returns>
    /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
    public DecisionRecord ToRecord()
    {
        ObjectDisposedException.ThrowIf(!_isLive, this);
        CompiledPlan plan = _plan!;
        var candidates = new CandidateRecord[plan.Registry.Count];
        for (int i = 0; i < candidates.Length; i++)
        {
            int position = plan.PositionOf[i];
            OutcomePrediction prediction = position >= 0 ? _predictions[position] : new OutcomePrediction(double.NaN, double.NaN, double.NaN, double.NaN, 0);
            candidates[i] = new CandidateRecord(
                plan.Registry[i].Id, position, _constraints[i], prediction.SuccessProbability, prediction.Lower, prediction.Upper, prediction.EffectiveSampleSize,
                prediction.OutputTokens, _expected[i], _worst[i], DominatorOf(plan, i));
        }

        TimeSpan age = _at - plan.Predictor.EvidenceTime;
        return new DecisionRecord
        {
            Id = DecisionId,
            At = _at,
            Attempt = _attempt,
            Outcome = Outcome,
            Basis = _result.Basis,
            Cascade = Cascade,
            Cascades = Array.AsReadOnly(CascadeRecords(plan)),
            Legs = Array.AsReadOnly(LegRecords()),
            Agreed = _agreed,
            Endpoint = _cascade < 0 && _chosen >= 0 ? plan.Registry[_chosen].Id : null,
            Propensity = _result.Propensity,
            Digest = plan.Digest,
            PredictorDigest = plan.Predictor.Digest,
            EvidenceAge = age > TimeSpan.Zero ? age : TimeSpan.Zero,
            Policy = _rule.Policy.Name,
            PriceSensitivity = _rule.Policy.PriceSensitivity,
            IsPolicyServing = _rule.IsPolicyServing,
            IsPromiseBroken = _rule.IsPromiseBroken,
            SafeEndpoint = plan.Plan.SafeEndpoint,
            Promise = plan.Plan.Calibration?.Guarantee.ToString(),
            Exploration = plan.Exploration is { } how ? new ExplorationRecord(how.ExplorationShare, how.CostCap, how.PriorStrength, how.Seed) : null,
            Request = new RequestRecord(
                _facts.PromptCharacters, _facts.InputTokens, _facts.MaxInputTokens, _facts.MaxOutputTokens, _facts.Capabilities, _facts.Constraints, _facts.Tenant, _facts.MaxCost, _facts.AllowsCascades),
            RequestAvailable = _requestAvailable,
            BudgetAvailable = _budgetAvailable,
            BudgetCap = _budgetCap,
            Reserved = Outcome != RoutingOutcome.Routed ? NanoUsd.Zero : _cascade >= 0 ? _cascadeWorst[_cascade] : _worst[_chosen],
            RetryAfter = Outcome == RoutingOutcome.Rejected ? RetryAfter : null,
            Candidates = Array.AsReadOnly(candidates),
        };
    }

    private string? DominatorOf(CompiledPlan plan, int endpoint)
    {
        if (plan.PositionOf[endpoint] < 0)
        {
            return null;
        }

        double quality = _predictions[plan.PositionOf[endpoint]].SuccessProbability;
        Endpoint? best = null;
        for (int i = 0; i < plan.Registry.Count; i++)
        {
            if (i == endpoint || plan.PositionOf[i] < 0 || _constraints[i] != RoutingConstraint.None)
            {
                continue;
            }

            double other = _predictions[plan.PositionOf[i]].SuccessProbability;
            if (other >= quality && _expected[i] <= _expected[endpoint] && (other > quality || _expected[i] < _expected[endpoint]))
            {
                best ??= plan.Registry[i];
            }
        }

        return best?.Id;
    }
}
