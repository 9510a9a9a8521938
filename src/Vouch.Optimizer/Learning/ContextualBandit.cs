using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Learning;

/// <summary>Learns from the outcomes of its own choices on top of a fitted predictor: the predictor's chances are corrected per endpoint, and a small, capped part of the traffic explores.</summary>
/// <remarks>Before the first outcome it chooses exactly as the policy does on the fitted predictions, but for exploration. Safe to share between threads; a choice allocates nothing.</remarks>
public sealed class ContextualBandit
{
    /// <summary>Initializes a bandit.</summary>
    /// <param name="endpoints">The number of endpoints, 1 or more.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    public ContextualBandit(int endpoints, ContextualBanditOptions? options = null) => throw new NotImplementedException();

    /// <summary>Replaces predicted chances by what was learnt; before the first outcome nothing changes.</summary>
    /// <param name="predictions">The predictions, by position; changed in place.</param>
    public void Correct(Span<OutcomePrediction> predictions) => throw new NotImplementedException();

    /// <summary>Chooses.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="predictions">The corrected predictions, by position.</param>
    /// <param name="expectedCosts">The expected costs in dollars, by position.</param>
    /// <param name="eligible">The positions that the hard filters left.</param>
    /// <param name="ticket">A number that differs from decision to decision, such as its id; the same ticket and state give the same choice.</param>
    /// <returns>The choice with its propensity.</returns>
    public BanditChoice Choose(RoutingPolicy policy, ReadOnlySpan<OutcomePrediction> predictions, ReadOnlySpan<double> expectedCosts, ReadOnlySpan<int> eligible, long ticket) =>
        throw new NotImplementedException();

    /// <summary>Learns from an outcome.</summary>
    /// <param name="endpoint">The position that answered.</param>
    /// <param name="predicted">What the fitted model (not <see cref="Correct"/>) had predicted for it.</param>
    /// <param name="score">The score found, in [0, 1].</param>
    public void Learn(int endpoint, OutcomePrediction predicted, double score) => throw new NotImplementedException();
}
