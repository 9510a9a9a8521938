using System.Diagnostics.CodeAnalysis;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <content>
/// A cascade on its way: two cheap endpoints at once, then the third where they do not agree. The money of all three is set aside before the first call, so that an escalation never
/// finds the budget empty, and each is settled to what it cost; what was not needed is free again at once.
/// </content>
public sealed partial class RoutedCall
{
    private readonly Leg[] _legs = new Leg[3];
    private RoutingConstraint[] _cascadeLaws = [];
    private RoutingConstraint[] _cascadeConstraints = [];
    private NanoUsd[] _cascadeExpected = [];
    private NanoUsd[] _cascadeWorst = [];
    private int _cascade = -1;
    private bool _isComparing;
    private bool? _agreed;
    private int _sent;

    /// <summary>Gets whether a cascade was chosen and its two cheap endpoints are to be asked: <see cref="EndpointOf"/> each, then <see cref="Resolve"/>. <see cref="Endpoint"/> is null until then.</summary>
    public bool IsComparing => _isComparing && !_isPreview;

    /// <summary>Gets the name of the cascade that was chosen, <c>first + second, else third</c>; null for a direct choice.</summary>
    public string? Cascade => _cascade >= 0 ? _plan!.Cascades[_cascade].Name : null;

    /// <summary>Gets whether the cascade's two cheap answers agreed; null before they were compared, and for a direct choice.</summary>
    public bool? Agreed => _agreed;

    /// <summary>How many endpoints the request was sent to and settled with.</summary>
    internal int Sent => _sent;

    /// <summary>The endpoint of a leg, with the prices it was chosen at.</summary>
    /// <param name="leg">The leg.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="InvalidOperationException">No cascade is under way.</exception>
    public Endpoint EndpointOf(CascadeLeg leg) => _plan!.Registry[LegOf(leg).Endpoint];

    /// <summary>The most output tokens that a leg must be called with: what is set aside for it was counted with it.</summary>
    /// <param name="leg">The leg.</param>
    /// <returns>1 or more.</returns>
    /// <exception cref="InvalidOperationException">No cascade is under way.</exception>
    public int MaxOutputTokensOf(CascadeLeg leg) => (int)_plan!.OutputLimit(LegOf(leg).Endpoint, _facts);

    /// <summary>A leg answered: charges what it cost and frees the rest.</summary>
    /// <param name="leg">The leg.</param>
    /// <param name="usage">The tokens billed; null where the endpoint did not tell, and then what was set aside is charged in full.</param>
    /// <returns>What was charged.</returns>
    /// <exception cref="InvalidOperationException">No cascade is under way, or the leg was settled before.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or more tokens are hidden than there are.</exception>
    public NanoUsd CompleteLeg(CascadeLeg leg, TokenUsage? usage)
    {
        ref Leg open = ref OpenLeg(leg);
        NanoUsd cost = usage is { } known ? CostOf(open.Endpoint, known) : open.Reservation.Amount;
        Settle(ref open, cost, LegState.Answered);
        _plan!.Health[open.Endpoint].Succeeded(open.Ticket);
        return cost;
    }

    /// <summary>A leg failed: charges what the failure costs and leaves the endpoint alone where it is at fault. Two answers cannot agree any more.</summary>
    /// <param name="leg">The leg.</param>
    /// <param name="failure">How it failed.</param>
    /// <param name="retryAfter">How long the endpoint asked to be left alone; null where it did not.</param>
    /// <param name="usage">The tokens billed all the same; null where that is not known.</param>
    /// <exception cref="InvalidOperationException">No cascade is under way, or the leg was settled before.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="failure"/> is unknown, a count is negative, or more tokens are hidden than there are.</exception>
    public void FailLeg(CascadeLeg leg, CallFailure failure, TimeSpan? retryAfter = null, TokenUsage? usage = null)
    {
        ref Leg open = ref OpenLeg(leg);
        RequireKnown(failure);
        Settle(ref open, CostOfFailure(open.Endpoint, open.Reservation.Amount, failure, usage), LegState.Failed);
        open.Failure = failure;
        _tried[open.Endpoint] = true;
        TellHealth(open.Endpoint, open.Ticket, failure, retryAfter);
    }

    /// <summary>Both legs are settled: accepts the first one's answer where they agree, else goes on to the third endpoint.</summary>
    /// <param name="agreed">Whether the two answers agree; where a leg failed they do not, whatever is said here.</param>
    /// <returns>
    /// Whether the first one's answer is accepted, and the request over. Where not, <see cref="Endpoint"/> is the third endpoint, or another where it has failed since; it is null where
    /// nothing fits any more, and where a leg found the request itself wrong or was cancelled.
    /// </returns>
    /// <exception cref="InvalidOperationException">No cascade is under way, or a leg is not settled.</exception>
    public bool Resolve(bool agreed)
    {
        Leg first = LegOf(CascadeLeg.First);
        Leg second = LegOf(CascadeLeg.Second);
        if (first.State == LegState.Open || second.State == LegState.Open)
        {
            throw new InvalidOperationException("A leg of the cascade is not settled: complete or fail both before they are compared.");
        }

        bool bothAnswered = first.State == LegState.Answered && second.State == LegState.Answered;
        _isComparing = false;
        _agreed = agreed && bothAnswered;
        CompiledPlan plan = _plan!;
        ref Leg third = ref _legs[2];
        if (bothAnswered)
        {
            // How often two endpoints agree needs no labels to be learnt: it sets what the cascade is expected to cost.
            int position = plan.Routes + _cascade;
            plan.Bandit?.Learn(position, _fitted[position], _agreed.Value ? 1 : 0);
        }

        if (_agreed.Value || Ends(first) || Ends(second))
        {
            Release(ref third);
            return _agreed.Value;
        }

        if (plan.Health[third.Endpoint].TryAdmit(_router!.Time.GetTimestamp(), _router.ProbeTicks, out _ticket))
        {
            _chosen = third.Endpoint;
            _reservation = third.Reservation;
            _isOpen = true;
            return false;
        }

        // It has begun to cool down meanwhile: its money goes back before another endpoint is sought.
        Release(ref third);
        Fallback();
        return false;

        static bool Ends(in Leg leg) => leg.State == LegState.Failed && leg.Failure is CallFailure.BadRequest or CallFailure.Cancelled;
    }

    private void AssessCascades(CompiledPlan plan)
    {
        for (int c = 0; c < plan.Cascades.Length; c++)
        {
            CompiledCascade cascade = plan.Cascades[c];
            int position = plan.EndpointOf.Length + c;
            _cascadeLaws[c] = RoutingConstraint.None;
            _cascadeExpected[c] = _cascadeWorst[c] = NanoUsd.Zero;
            if (!cascade.IsComplete)
            {
                continue;
            }

            double agreement = _predictions[plan.Routes + c].SuccessProbability;
            _cascadeExpected[c] = CompiledPlan.ExpectedCost(_expected[cascade.First], _expected[cascade.Second], _expected[cascade.Escalation], agreement);
            _cascadeWorst[c] = _worst[cascade.First] + _worst[cascade.Second] + _worst[cascade.Escalation];
            _cascadeLaws[c] = (_cascadeWorst[c] > _requestAvailable ? RoutingConstraint.RequestCap : 0)
                | (_cascadeWorst[c] > _budgetAvailable ? RoutingConstraint.Budget : 0)
                | (plan.Monitor?.IsSuspect(position) == true ? RoutingConstraint.Suspect : 0);
            _costs[position] = Dollars(_cascadeExpected[c]);
        }
    }

    private void ConstrainCascades(CompiledPlan plan)
    {
        for (int c = 0; c < plan.Cascades.Length; c++)
        {
            CompiledCascade cascade = plan.Cascades[c];
            _cascadeConstraints[c] = _cascadeLaws[c] | CompiledPlan.Standing(
                cascade, LawsOf(cascade.First), LawsOf(cascade.Second), LawsOf(cascade.Escalation), _facts, _attempt,
                _predictions[plan.EndpointOf.Length + c].SuccessProbability, _predictions[plan.Routes + c].SuccessProbability);
        }

        RoutingConstraint LawsOf(int endpoint) => endpoint >= 0 ? _constraints[endpoint] : RoutingConstraint.NoEvidence;
    }

    /// <summary>Lets both cheap calls through and sets the money of all three aside, or nothing at all.</summary>
    private bool TryOpenCascade(CompiledPlan plan, int index, long now)
    {
        CompiledCascade cascade = plan.Cascades[index];
        if (_isPreview)
        {
            _cascade = index;
            Outcome = RoutingOutcome.Previewed;
            return true;
        }

        Span<int> endpoints = [cascade.First, cascade.Second, cascade.Escalation];
        for (int i = 0; i < endpoints.Length; i++)
        {
            _legs[i] = new Leg { Endpoint = endpoints[i] };

            // The third's probe, if it is one, is asked for when it is needed.
            if (i < 2 && !plan.Health[endpoints[i]].TryAdmit(now, _router!.ProbeTicks, out _legs[i].Ticket))
            {
                _constraints[endpoints[i]] |= RoutingConstraint.Unhealthy;
                Undo(i);
                return false;
            }

            if (!_router!.Budgets.TryReserve(_facts.Tenant, _worst[endpoints[i]], out _legs[i].Reservation, out BudgetRefusal refusal))
            {
                _cascadeLaws[index] |= RoutingConstraint.Budget;
                _budgetAvailable = refusal.Available;
                _budgetCap = refusal.Cap;
                Undo(i);
                if (i < 2)
                {
                    plan.Health[endpoints[i]].Withdrawn(_legs[i].Ticket);
                }

                return false;
            }
        }

        _cascade = index;
        _isComparing = true;
        Outcome = RoutingOutcome.Routed;
        _retryAfterTicks = 0;
        _router!.Metrics?.RecordRoute(RoutingOutcome.Routed, _result.Basis, "cascade");
        return true;

        void Undo(int opened)
        {
            for (int i = 0; i < opened; i++)
            {
                _router!.Budgets.Settle(_legs[i].Reservation, NanoUsd.Zero);
                if (i < 2)
                {
                    plan.Health[_legs[i].Endpoint].Withdrawn(_legs[i].Ticket);
                }
            }
        }
    }

    /// <summary>What was not settled when the call is given back: open legs are charged in full, the third, which was never called, is free.</summary>
    private void CloseLegs()
    {
        if (!_isComparing)
        {
            return;
        }

        _isComparing = false;
        for (int i = 0; i < 2 && !_isPreview; i++)
        {
            if (_legs[i].State == LegState.Open)
            {
                Settle(ref _legs[i], _legs[i].Reservation.Amount, LegState.Failed);
                _plan!.Health[_legs[i].Endpoint].Withdrawn(_legs[i].Ticket);
            }
        }

        if (!_isPreview)
        {
            Release(ref _legs[2]);
        }
    }

    private void Settle(ref Leg leg, NanoUsd cost, LegState state)
    {
        _router!.Budgets.Settle(leg.Reservation, cost);
        _router.Shadow.CallerSpent(cost);
        Spent += cost;
        _sent++;
        leg.Charged = cost;
        leg.State = state;
        _router.Metrics?.RecordSpend(_plan!.Registry[leg.Endpoint].Id, cost);
    }

    private void Release(ref Leg leg)
    {
        _router!.Budgets.Settle(leg.Reservation, NanoUsd.Zero);
        leg.State = LegState.NotNeeded;
    }

    private NanoUsd ReservedForLegs()
    {
        NanoUsd sum = NanoUsd.Zero;
        foreach (ref readonly Leg leg in _legs.AsSpan())
        {
            sum += leg.State == LegState.Open ? leg.Reservation.Amount : NanoUsd.Zero;
        }

        return sum;
    }

    private LegRecord[] LegRecords() => _cascade < 0 || _isPreview
        ? []
        : [.. _legs.Select(leg => new LegRecord(_plan!.Registry[leg.Endpoint].Id, leg.State, leg.Reservation.Amount, leg.Charged))];

    private CascadeRecord[] CascadeRecords(CompiledPlan plan)
    {
        var records = new CascadeRecord[plan.Cascades.Length];
        for (int c = 0; c < records.Length; c++)
        {
            CompiledCascade cascade = plan.Cascades[c];
            Policies.Cascade names = plan.Predictor.Cascades[c];
            int position = plan.EndpointOf.Length + c;
            OutcomePrediction prediction = _predictions[position];
            records[c] = new CascadeRecord(
                cascade.Name, position, plan.Predictor.Endpoints[names.First], plan.Predictor.Endpoints[names.Second], plan.Predictor.Endpoints[names.Escalation], _cascadeConstraints[c],
                prediction.SuccessProbability, prediction.Lower, prediction.Upper, prediction.EffectiveSampleSize, _predictions[plan.Routes + c].SuccessProbability, _cascadeExpected[c], _cascadeWorst[c]);
        }

        return records;
    }

    private ref Leg LegOf(CascadeLeg leg)
    {
        if (!_isLive || !_isComparing || _isPreview)
        {
            ThrowNotComparing();
        }

        return ref _legs[leg is CascadeLeg.First or CascadeLeg.Second ? (int)leg : throw new ArgumentOutOfRangeException(nameof(leg), leg, "A cascade has a first and a second leg.")];
    }

    private ref Leg OpenLeg(CascadeLeg leg)
    {
        ref Leg open = ref LegOf(leg);
        if (open.State != LegState.Open)
        {
            ThrowNotComparing();
        }

        return ref open;
    }

    [DoesNotReturn]
    private static void ThrowNotComparing() => throw new InvalidOperationException("No such leg is under way: no cascade was chosen, it was resolved, or the leg was settled before.");

    private struct Leg
    {
        public int Endpoint;
        public BudgetReservation Reservation;
        public HealthTicket Ticket;
        public LegState State;
        public CallFailure Failure;
        public NanoUsd Charged;
    }
}
