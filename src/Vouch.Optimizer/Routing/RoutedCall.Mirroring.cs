using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;

namespace Vouch.Optimizer.Routing;

/// <content>The same request to a newcomer too.</content>
public sealed partial class RoutedCall
{
    /// <summary>Tells whether this request is to be sent to a newcomer too, and sets the money for it aside; to be asked before the call is given back, best once it was answered.</summary>
    /// <returns>The mirrored call, which lives on by itself; null for most requests, where no newcomer may see this one, and where the shadow budget is used up.</returns>
    /// <exception cref="ObjectDisposedException">The call was disposed of.</exception>
    /// <remarks>Every law that holds for the request holds for the newcomer. The caller, its tenant and its cap pay nothing, and its record says nothing of it. Whoever was mirrored to least comes first.</remarks>
    public ShadowCall? Mirror()
    {
        ObjectDisposedException.ThrowIf(!_isLive, this);
        Router router = _router!;
        CompiledPlan plan = _plan!;
        if (_isPreview || !router.Shadow.Samples(DecisionId))
        {
            return null;
        }

        (double success, double tokens) = PromotedPredictor.Known(_fitted.AsSpan(0, plan.EndpointOf.Length));
        if (!(success >= 0))
        {
            return null;
        }

        long now = router.Time.GetTimestamp();
        int least = -1;
        long fewest = long.MaxValue;
        for (int i = 0; i < plan.Registry.Count; i++)
        {
            long mirrored = plan.Standing(i, _facts) == RoutingConstraint.Shadow && plan.Health[i].IsAvailable(now) ? router.Shadow.Standing(plan.Registry[i].Id).Mirrored : long.MaxValue;
            (least, fewest) = mirrored < fewest ? (i, mirrored) : (least, fewest);
        }

        return least < 0 ? null : Open(router, plan, least, now, success, tokens);
    }

    private ShadowCall? Open(Router router, CompiledPlan plan, int newcomer, long now, double success, double tokens)
    {
        Endpoint endpoint = plan.Registry[newcomer];
        NanoUsd worst = plan.WorstCost(newcomer, _facts);
        if (!router.Shadow.TryReserve(worst))
        {
            return null;
        }

        if (!router.Budgets.TryReserve(router.Shadow.Options.Tenant, worst, out BudgetReservation reservation, out _))
        {
            router.Shadow.Settled(worst, NanoUsd.Zero);
            return null;
        }

        if (!plan.Health[newcomer].TryAdmit(now, router.ProbeTicks, out HealthTicket ticket))
        {
            router.Budgets.Settle(reservation, NanoUsd.Zero);
            router.Shadow.Settled(worst, NanoUsd.Zero);
            return null;
        }

        router.Shadow.Mirrored(endpoint.Id);
        return new ShadowCall(router, DecisionId, endpoint, (int)plan.OutputLimit(newcomer, _facts), plan.Health[newcomer], ticket, reservation, success, tokens);
    }
}
