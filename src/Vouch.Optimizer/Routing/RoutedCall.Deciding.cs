using System.Diagnostics.CodeAnalysis;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Guarantees;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <content>The decision: laws, choice, admission, money.</content>
public sealed partial class RoutedCall
{
    private void Decide()
    {
        CompiledPlan plan = _plan!;
        Router router = _router!;
        int endpoints = plan.Registry.Count;
        int positions = plan.EndpointOf.Length;
        long now = router.Time.GetTimestamp();
        _at = router.Time.GetUtcNow();
        _attempt++;
        _chosen = -1;
        _cascade = -1;
        _agreed = null;
        _rule = new SelectionRule(plan.Plan.Policy, plan.Plan.IsPolicyServing, plan.Monitor?.IsPromiseBroken == true, plan.SafePosition, positions);
        _requestAvailable = _facts.MaxCost == NanoUsd.MaxValue ? NanoUsd.MaxValue : Floor(_facts.MaxCost - Spent);
        _budgetAvailable = router.Budgets.Available(_facts.Tenant, out _budgetCap);
        _costs.AsSpan(0, plan.Predictions).Fill(double.PositiveInfinity);
        for (int i = 0; i < endpoints; i++)
        {
            Assess(plan, i, now);
        }

        AssessCascades(plan);

        while (true)
        {
            int count = 0;
            for (int position = 0; position < positions; position++)
            {
                int endpoint = plan.EndpointOf[position];
                if (endpoint >= 0 && _constraints[endpoint] == RoutingConstraint.None)
                {
                    _eligible[count++] = position;
                }
            }

            ConstrainCascades(plan);
            for (int c = 0; c < plan.Cascades.Length; c++)
            {
                if (_cascadeConstraints[c] == RoutingConstraint.None)
                {
                    _eligible[count++] = positions + c;
                }
            }

            _result = Selection.Choose(_rule, _predictions.AsSpan(0, plan.Predictions), _costs.AsSpan(0, plan.Predictions), _eligible.AsSpan(0, count), plan.Bandit, DecisionId);
            if (_result.Position < 0)
            {
                Reject(plan, now);
                return;
            }

            if (_result.Position >= positions)
            {
                if (TryOpenCascade(plan, _result.Position - positions, now))
                {
                    return;
                }

                continue;
            }

            int chosen = plan.EndpointOf[_result.Position];
            if (_isPreview)
            {
                _chosen = chosen;
                _isOpen = true;
                Outcome = RoutingOutcome.Previewed;
                return;
            }

            // Someone else may have taken the probe or the money since they were looked at; then the choice is made again without this endpoint.
            if (!plan.Health[chosen].TryAdmit(now, router.ProbeTicks, out _ticket))
            {
                _constraints[chosen] |= RoutingConstraint.Unhealthy;
                continue;
            }

            if (!router.Budgets.TryReserve(_facts.Tenant, _worst[chosen], out _reservation, out BudgetRefusal refusal))
            {
                plan.Health[chosen].Withdrawn(_ticket);
                _constraints[chosen] |= RoutingConstraint.Budget;
                _budgetAvailable = refusal.Available;
                _budgetCap = refusal.Cap;
                continue;
            }

            _chosen = chosen;
            _isOpen = true;
            Outcome = RoutingOutcome.Routed;
            _retryAfterTicks = 0;
            router.Metrics?.RecordRoute(RoutingOutcome.Routed, _result.Basis, plan.Registry[chosen].Id);
            return;
        }
    }

    private void Assess(CompiledPlan plan, int endpoint, long now)
    {
        int position = plan.PositionOf[endpoint];
        OutcomePrediction prediction = position >= 0 ? _predictions[position] : new OutcomePrediction(double.NaN, double.NaN, double.NaN, double.NaN, 0);
        NanoUsd expected = plan.ExpectedCost(endpoint, _facts, prediction);
        NanoUsd worst = plan.WorstCost(endpoint, _facts);
        GuaranteeMonitor? monitor = plan.Monitor;
        _constraints[endpoint] = plan.Standing(endpoint, _facts)
            | (double.IsNaN(prediction.SuccessProbability) ? RoutingConstraint.NoEvidence : 0)
            | (position >= 0 && monitor is not null && monitor.IsSuspect(position) ? RoutingConstraint.Suspect : 0)
            | (plan.Health[endpoint].IsAvailable(now) ? 0 : RoutingConstraint.Unhealthy)
            | (_tried[endpoint] ? RoutingConstraint.AlreadyTried : 0)
            | (worst > _requestAvailable ? RoutingConstraint.RequestCap : 0)
            | (worst > _budgetAvailable ? RoutingConstraint.Budget : 0);
        _expected[endpoint] = expected;
        _worst[endpoint] = worst;
        if (position >= 0)
        {
            _costs[position] = Dollars(expected);
        }
    }

    private void Reject(CompiledPlan plan, long now)
    {
        Outcome = RoutingOutcome.Rejected;
        long soonest = 0;
        for (int i = 0; i < plan.Registry.Count; i++)
        {
            if ((_constraints[i] & ~RoutingConstraint.AlreadyTried) == RoutingConstraint.Unhealthy)
            {
                long wait = Math.Max(1, plan.Health[i].BlockedUntil - now);
                soonest = soonest == 0 ? wait : Math.Min(soonest, wait);
            }
        }

        _retryAfterTicks = soonest;
        if (!_isPreview)
        {
            _router!.Metrics?.RecordRoute(RoutingOutcome.Rejected, _result.Basis, null);
        }
    }

    /// <summary>Goes on with another plan: what was tried stays tried, by identifier.</summary>
    private void MoveTo(CompiledPlan plan)
    {
        CompiledPlan before = _plan!;
        if (ReferenceEquals(plan, before))
        {
            return;
        }

        bool[] tried = new bool[Math.Max(plan.Registry.Count, _tried.Length)];
        for (int i = 0; i < before.Registry.Count; i++)
        {
            if (_tried[i] && plan.Registry.PositionOf(before.Registry[i].Id) is >= 0 and int now)
            {
                tried[now] = true;
            }
        }

        _plan = plan;
        Grow(plan);
        tried.AsSpan(0, plan.Registry.Count).CopyTo(_tried);
    }

    private void Grow(CompiledPlan plan)
    {
        if (_constraints.Length < plan.Registry.Count)
        {
            int size = plan.Registry.Count;
            Array.Resize(ref _constraints, size);
            Array.Resize(ref _expected, size);
            Array.Resize(ref _worst, size);
            Array.Resize(ref _tried, size);
        }

        if (_cascadeLaws.Length < plan.Cascades.Length)
        {
            int size = plan.Cascades.Length;
            Array.Resize(ref _cascadeLaws, size);
            Array.Resize(ref _cascadeConstraints, size);
            Array.Resize(ref _cascadeExpected, size);
            Array.Resize(ref _cascadeWorst, size);
        }

        if (_fitted.Length < plan.Predictions)
        {
            int size = plan.Predictions;
            Array.Resize(ref _fitted, size);
            Array.Resize(ref _predictions, size);
            Array.Resize(ref _costs, size);
            Array.Resize(ref _eligible, size);
        }
    }

    private static NanoUsd Floor(NanoUsd amount) => amount.Value < 0 ? NanoUsd.Zero : amount;
}
