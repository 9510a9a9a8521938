using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Learning;

namespace Vouch.Optimizer.Routing;

/// <content>Newcomers: mirrored traffic, judged answers, promotion.</content>
public sealed partial class Router
{
    internal ShadowLearner Shadow { get; }

    /// <summary>Takes the quality of a newcomer's mirrored answer. With enough of them the newcomer is promoted, if the options say so and neither a calibrated promise nor a monitor is in force.</summary>
    /// <param name="answer">What <see cref="ShadowCall.Complete"/> told.</param>
    /// <param name="score">The score found, in [0, 1]; anything else is left out.</param>
    /// <returns>Whether it was learnt from; false for a duplicate, a score out of range, and an endpoint that is no newcomer.</returns>
    public bool Audit(in ShadowAnswer answer, double score)
    {
        CompiledPlan plan = _plan;
        if (!(score >= 0 && score <= 1) || !(answer.KnownSuccess >= 0 && answer.KnownSuccess <= 1) || !plan.Registry.TryGet(answer.Endpoint, out Endpoint? endpoint)
            || endpoint.Role != EndpointRole.Newcomer || !Shadow.Learn(answer, score))
        {
            return false;
        }

        if (Shadow.Options.PromotesByItself && plan.Plan.Calibration is null && plan.Monitor is null && Shadow.Standing(answer.Endpoint).Labels >= Shadow.Options.MinimumLabels)
        {
            Promote(answer.Endpoint);
        }

        return true;
    }

    /// <summary>Lists the newcomers of the registry and how they stand.</summary>
    public IReadOnlyList<NewcomerStanding> Newcomers()
    {
        CompiledPlan plan = _plan;
        return [.. plan.Registry.Endpoints.Where(static endpoint => endpoint.Role == EndpointRole.Newcomer).Select(endpoint =>
        {
            (int labels, double mean, long mirrored) = Shadow.Standing(endpoint.Id);
            return new NewcomerStanding(endpoint.Id, labels, mean, mirrored, labels >= Shadow.Options.MinimumLabels, plan.IsPromoted(endpoint.Id));
        })];
    }

    /// <summary>Lets a newcomer whose evidence suffices take part in routing: by what its judged answers say, the policy chooses it where it is worth it.</summary>
    /// <param name="endpoint">The newcomer's identifier.</param>
    /// <returns>Whether it takes part now; false where it did before, is no newcomer, is known to the predictor, or has too few judged answers.</returns>
    /// <exception cref="InvalidOperationException">A calibrated promise or a monitor is in force, which were made for the endpoints before: calibrate anew, and give both to <see cref="Use(RoutingPlan, Guarantees.GuaranteeMonitor?)"/> after the promotion.</exception>
    public bool Promote(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        lock (_lock)
        {
            CompiledPlan plan = _plan;
            if (!plan.Registry.TryGet(endpoint, out Endpoint? newcomer) || newcomer.Role != EndpointRole.Newcomer || plan.Predictor.Endpoints.Contains(endpoint)
                || Shadow.Standing(endpoint).Labels < Shadow.Options.MinimumLabels)
            {
                return false;
            }

            if (plan.Plan.Calibration is not null || plan.Monitor is not null)
            {
                throw new InvalidOperationException("A calibrated promise or a monitor is in force, made for the endpoints before: take it out of force, promote, and calibrate anew.");
            }

            var before = plan.Predictor as PromotedPredictor;
            var predictor = new PromotedPredictor(before?.Inner ?? plan.Predictor, [.. before?.Newcomers ?? [], Shadow.Fit(endpoint)]);

            // What was learnt of the others stays.
            ContextualBandit? bandit = _exploration is { } how ? plan.Bandit?.With(plan.EndpointOf.Length, how) : null;
            _plan = Compile(plan.Registry, predictor, plan.Plan, null, bandit);
            return true;
        }
    }

    internal void TellHealth(string endpoint, EndpointHealth health, in HealthTicket ticket, CallFailure failure, TimeSpan? retryAfter)
    {
        Metrics?.RecordFailure(endpoint, failure);
        if (failure is CallFailure.Unavailable or CallFailure.Interrupted)
        {
            health.Failed(ticket, Time.GetTimestamp(), CooldownTicks, MaxCooldownTicks, retryAfter is { } asked ? RetryAfterTicks(asked) : 0);
        }
        else if (failure is CallFailure.Cancelled)
        {
            health.Withdrawn(ticket);
        }
        else
        {
            // It answered, if only to say no: it is there.
            health.Succeeded(ticket);
        }
    }
}
