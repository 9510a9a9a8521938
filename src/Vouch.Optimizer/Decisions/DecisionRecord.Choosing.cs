using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Decisions;

/// <content>The choice made again from the record alone.</content>
public sealed partial record DecisionRecord
{
    private IEnumerable<RouteRecord> Routes =>
    [
        .. Candidates.Select(static row => new RouteRecord(
            row.Endpoint, false, row.Position, row.Constraints, new OutcomePrediction(row.Success, row.Lower, row.Upper, row.OutputTokens, row.SampleSize), row.ExpectedCost)),
        .. Cascades.Select(static row => new RouteRecord(
            row.Name, true, row.Position, row.Constraints, new OutcomePrediction(row.Success, row.Lower, row.Upper, 0, row.SampleSize), row.ExpectedCost)),
    ];

    private List<Counterfactual> Lifted()
    {
        RouteRecord[] routes = [.. Routes];
        RoutingConstraint present = routes.Aggregate(RoutingConstraint.None, static (sum, route) => sum | route.Constraints);
        RouteRecord? made = Array.Find(routes, route => route.Name == Route && route.IsCascade == (Cascade is not null));
        var found = new List<Counterfactual>();
        string? unlifted = Chosen(RoutingConstraint.None, policyAlone: false)?.Name;
        foreach (RoutingConstraint law in Enum.GetValues<RoutingConstraint>())
        {
            if (law != RoutingConstraint.None && (present & law) != 0 && Chosen(law, policyAlone: false) is { } other && other.Name != unlifted)
            {
                found.Add(new Counterfactual(
                    law,
                    other.Name,
                    made is { ExpectedCost.Value: > 0 } ? ((double)other.ExpectedCost.Value / made.ExpectedCost.Value) - 1 : null,
                    made is null ? null : other.Prediction.SuccessProbability - made.Prediction.SuccessProbability));
            }
        }

        return found;
    }

    private RouteRecord? Chosen(RoutingConstraint lifted, bool policyAlone) => Choose(lifted, explore: false, policyAlone).Route;

    private (RouteRecord? Route, SelectionResult Result) Choose(RoutingConstraint lifted, bool explore, bool policyAlone)
    {
        RouteRecord[] routes = [.. Routes];
        int size = routes.Length == 0 ? 0 : routes.Max(static route => route.Position) + 1;
        int endpoints = Cascades.Count == 0 ? size : Cascades.Min(static cascade => cascade.Position);
        var predictions = new OutcomePrediction[size];
        double[] costs = new double[size];
        var at = new RouteRecord?[size];
        Array.Fill(costs, double.PositiveInfinity);
        int safe = -1;
        foreach (RouteRecord route in routes)
        {
            if (route.Position >= 0)
            {
                predictions[route.Position] = route.Prediction;
                costs[route.Position] = RoutedCall.Dollars(route.ExpectedCost);
                at[route.Position] = route;
                safe = !route.IsCascade && route.Name == SafeEndpoint ? route.Position : safe;
            }
        }

        int[] eligible = [.. Enumerable.Range(0, size).Where(position =>
            at[position] is { } route && (route.Constraints & ~lifted) == RoutingConstraint.None && !double.IsNaN(route.Prediction.SuccessProbability))];
        var rule = new SelectionRule(new RoutingPolicy(Policy, PriceSensitivity), policyAlone || IsPolicyServing, !policyAlone && IsPromiseBroken, safe, endpoints);
        ContextualBandit? bandit = explore && Exploration is { } how
            ? new ContextualBandit(Math.Max(1, size), new ContextualBanditOptions { ExplorationShare = how.Share, CostCap = how.CostCap, PriorStrength = how.PriorStrength, Seed = how.Seed })
            : null;
        SelectionResult result = Selection.Choose(rule, predictions, costs, eligible, bandit, Id);
        return (result.Position < 0 ? null : at[result.Position], result);
    }

    private sealed record RouteRecord(string Name, bool IsCascade, int Position, RoutingConstraint Constraints, OutcomePrediction Prediction, NanoUsd ExpectedCost);
}
