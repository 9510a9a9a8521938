using Vouch.Optimizer.Learning;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>The choice itself: a pure function of what a record holds, so that replaying a record cannot choose otherwise.</summary>
internal static class Selection
{
    /// <summary>Chooses among eligible positions.</summary>
    /// <param name="rule">What steers.</param>
    /// <param name="predictions">By position.</param>
    /// <param name="costs">Expected dollars by position.</param>
    /// <param name="eligible">Positions that no law keeps out, ascending.</param>
    /// <param name="bandit">Who explores; null for nobody.</param>
    /// <param name="ticket">The decision's number.</param>
    public static SelectionResult Choose(
        in SelectionRule rule, ReadOnlySpan<OutcomePrediction> predictions, ReadOnlySpan<double> costs, ReadOnlySpan<int> eligible, ContextualBandit? bandit, long ticket)
    {
        if (eligible.IsEmpty)
        {
            return new SelectionResult(-1, 0, RouteBasis.Policy);
        }

        if (rule.IsPolicyServing && !rule.IsPromiseBroken)
        {
            if (bandit is null)
            {
                return new SelectionResult(rule.Policy.Choose(predictions, costs, eligible), 1, RouteBasis.Policy);
            }

            BanditChoice choice = bandit.Choose(rule.Policy, predictions, costs, eligible, ticket);
            return new SelectionResult(choice.Position, choice.Propensity, choice.Explored ? RouteBasis.Exploration : RouteBasis.Policy);
        }

        // In place of the safe endpoint goes one endpoint, never a cascade: positions ascend, endpoints first.
        int direct = 0;
        while (direct < eligible.Length && eligible[direct] < rule.Endpoints)
        {
            direct++;
        }

        eligible = eligible[..direct];
        if (eligible.IsEmpty)
        {
            return new SelectionResult(-1, 0, RouteBasis.Policy);
        }

        return eligible.Contains(rule.SafePosition)
            ? new SelectionResult(rule.SafePosition, 1, rule.IsPromiseBroken ? RouteBasis.PromiseBroken : RouteBasis.NotCertified)
            : new SelectionResult(MostLikely.Choose(predictions, costs, eligible), 1, RouteBasis.BestInPlaceOfSafe);
    }

    private static RoutingPolicy MostLikely { get; } = new("most likely", 0);
}

internal readonly record struct SelectionRule(RoutingPolicy Policy, bool IsPolicyServing, bool IsPromiseBroken, int SafePosition, int Endpoints);

internal readonly record struct SelectionResult(int Position, double Propensity, RouteBasis Basis);
