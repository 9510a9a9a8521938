using Vouch.Core.Exceptions;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <content>Decisions made again under the policy in force.</content>
public sealed partial class Router
{
    // What depends on the moment: failures, money, and what was learnt online. The record holds it.
    private const RoutingConstraint Momentary =
        RoutingConstraint.Suspect | RoutingConstraint.Unhealthy | RoutingConstraint.RequestCap | RoutingConstraint.Budget | RoutingConstraint.AlreadyTried;

    /// <summary>Makes a decision again from its request: laws, predictions and costs are worked out anew and compared with the record, then the choice.</summary>
    /// <param name="record">The record.</param>
    /// <param name="prompt">The prompt, to have the predictions made again; null where it was not kept, and then the recorded ones are used.</param>
    /// <returns>What comes out and every difference.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="record"/> is null.</exception>
    /// <exception cref="PolicyMismatchException">The record was made under another registry, model, policy or options.</exception>
    public DecisionReplay Replay(DecisionRecord record, string? prompt = null)
    {
        ArgumentNullException.ThrowIfNull(record);
        CompiledPlan plan = _plan;
        plan.Digest.Require(record.Digest, $"decision {record.Id}");
        var differences = new List<string>();
        RequestRecord request = record.Request;
        var facts = new RequestFacts(
            request.PromptCharacters, request.InputTokens, request.MaxInputTokens, request.MaxOutputTokens, request.Capabilities, request.Constraints, request.Tenant, request.MaxCost, request.AllowsCascades);
        OutcomePrediction[]? predictions = null;
        if (prompt is not null && plan.Bandit is null)
        {
            predictions = new OutcomePrediction[plan.Predictions];
            plan.Predictor.Predict(prompt, predictions);
        }

        for (int i = 0; i < plan.Registry.Count; i++)
        {
            Endpoint endpoint = plan.Registry[i];
            CandidateRecord? recorded = i < record.Candidates.Count && record.Candidates[i].Endpoint == endpoint.Id ? record.Candidates[i] : null;
            if (recorded is null)
            {
                differences.Add($"{endpoint.Id}: it is not in the record.");
                continue;
            }

            int position = plan.PositionOf[i];
            var prediction = new OutcomePrediction(recorded.Success, recorded.Lower, recorded.Upper, recorded.OutputTokens, recorded.SampleSize);
            if (predictions is not null && position >= 0)
            {
                if (!Same(predictions[position].SuccessProbability, recorded.Success) || !Same(predictions[position].OutputTokens, recorded.OutputTokens))
                {
                    differences.Add($"{endpoint.Id}: predicted {predictions[position].SuccessProbability:R} and {predictions[position].OutputTokens:R} tokens, recorded {recorded.Success:R} and {recorded.OutputTokens:R}.");
                }

                prediction = predictions[position];
            }

            RoutingConstraint constraints = plan.Standing(i, facts) | (double.IsNaN(prediction.SuccessProbability) ? RoutingConstraint.NoEvidence : 0);
            if (constraints != (recorded.Constraints & ~Momentary))
            {
                differences.Add($"{endpoint.Id}: kept out by {constraints}, recorded {recorded.Constraints & ~Momentary}.");
            }

            if (plan.ExpectedCost(i, facts, prediction) != recorded.ExpectedCost || plan.WorstCost(i, facts) != recorded.WorstCost)
            {
                differences.Add($"{endpoint.Id}: costs {plan.ExpectedCost(i, facts, prediction)}, at most {plan.WorstCost(i, facts)}; recorded {recorded.ExpectedCost}, at most {recorded.WorstCost}.");
            }
        }

        ReplayCascades(plan, record, facts, predictions, differences);
        DecisionReplay choice = record.Replay();
        return choice with { IsIdentical = choice.IsIdentical && differences.Count == 0, Differences = differences };
    }

    private static void ReplayCascades(CompiledPlan plan, DecisionRecord record, in RequestFacts facts, OutcomePrediction[]? predictions, List<string> differences)
    {
        for (int c = 0; c < plan.Cascades.Length; c++)
        {
            CompiledCascade cascade = plan.Cascades[c];
            if (c >= record.Cascades.Count || record.Cascades[c].Name != cascade.Name)
            {
                differences.Add($"{cascade.Name}: it is not in the record.");
                continue;
            }

            CascadeRecord recorded = record.Cascades[c];
            double success = predictions?[plan.EndpointOf.Length + c].SuccessProbability ?? recorded.Success;
            double agreement = predictions?[plan.Routes + c].SuccessProbability ?? recorded.Agreement;
            if (!Same(success, recorded.Success) || !Same(agreement, recorded.Agreement))
            {
                differences.Add($"{cascade.Name}: predicted {success:R}, agreement {agreement:R}; recorded {recorded.Success:R}, agreement {recorded.Agreement:R}.");
            }

            // The endpoints' own laws and costs were compared before; here what the cascade makes of them.
            CandidateRecord? first = Leg(cascade.First), second = Leg(cascade.Second), escalation = Leg(cascade.Escalation);
            RoutingConstraint constraints = CompiledPlan.Standing(
                cascade, first?.Constraints ?? RoutingConstraint.NoEvidence, second?.Constraints ?? RoutingConstraint.NoEvidence, escalation?.Constraints ?? RoutingConstraint.NoEvidence, facts, record.Attempt, success, agreement);
            if ((constraints & ~Momentary) != (recorded.Constraints & ~Momentary))
            {
                differences.Add($"{cascade.Name}: kept out by {constraints & ~Momentary}, recorded {recorded.Constraints & ~Momentary}.");
            }

            if (first is not null && second is not null && escalation is not null
                && (CompiledPlan.ExpectedCost(first.ExpectedCost, second.ExpectedCost, escalation.ExpectedCost, agreement) != recorded.ExpectedCost
                    || first.WorstCost + second.WorstCost + escalation.WorstCost != recorded.WorstCost))
            {
                differences.Add($"{cascade.Name}: its costs are not the sum of its endpoints'.");
            }
        }

        CandidateRecord? Leg(int endpoint) => endpoint >= 0 && endpoint < record.Candidates.Count ? record.Candidates[endpoint] : null;
    }

    private static bool Same(double left, double right) => BitConverter.DoubleToInt64Bits(left) == BitConverter.DoubleToInt64Bits(right);
}
