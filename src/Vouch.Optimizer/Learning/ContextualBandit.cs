using Vouch.Core.Validation;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Learning;

/// <summary>Learns from the outcomes of its own choices on top of a fitted predictor: the predictor's chances are corrected per endpoint, and a small, capped part of the traffic explores.</summary>
/// <remarks>
/// <para>
/// The correction of an endpoint is a shift of its log-odds, drawn to 0 by a prior worth <see cref="ContextualBanditOptions.PriorStrength"/> outcomes; so before the first outcome it chooses exactly as
/// the policy does on the fitted predictions (but for exploration), and it leaves them only as far as outcomes ask for it. Every choice comes with its propensity, never 0 for what may be explored, so that
/// <see cref="OffPolicyEstimator"/> can judge another policy from the log.
/// </para>
/// <para>Safe to share between threads; a choice allocates nothing. Randomness is a function of seed and ticket: a replay gives the same choice.</para>
/// <para>Sources: L. Li et al., <i>A Contextual-Bandit Approach to Personalized News Article Recommendation</i>, WWW 2010; E. Hazan, A. Agarwal, S. Kale, <i>Logarithmic Regret Algorithms</i>, 2007 (the
/// online Newton step).</para>
/// </remarks>
public sealed class ContextualBandit
{
    private const double LargestShift = 4;
    private const double PriorCurvature = 0.25;

    private readonly Lock _lock = new();
    private readonly double[] _shifts;
    private readonly double[] _curvatures;
    private readonly double _prior;
    private readonly double _share;
    private readonly double _costCap;
    private readonly ulong _seed;

    /// <summary>Initializes a bandit.</summary>
    /// <param name="endpoints">The number of endpoints, 1 or more.</param>
    /// <param name="options">The options, or null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument or option is outside its range.</exception>
    public ContextualBandit(int endpoints, ContextualBanditOptions? options = null)
    {
        options ??= new ContextualBanditOptions();
        ArgumentOutOfRangeException.ThrowIfLessThan(endpoints, 1);
        _share = Boundary.InRange(options.ExplorationShare, 0, 0.5);
        _costCap = Boundary.InRange(options.CostCap, 1, 1_000);
        double strength = Boundary.InRange(options.PriorStrength, 1, 1_000_000);
        _seed = (ulong)(uint)options.Seed;
        _shifts = new double[endpoints];
        _curvatures = new double[endpoints];
        _prior = strength * PriorCurvature;
        Array.Fill(_curvatures, _prior);
    }

    /// <summary>Replaces predicted chances by what was learnt; before the first outcome nothing changes.</summary>
    /// <param name="predictions">The predictions, by position; changed in place.</param>
    /// <exception cref="ArgumentException"><paramref name="predictions"/> has another length than there are endpoints.</exception>
    public void Correct(Span<OutcomePrediction> predictions)
    {
        Boundary.SameLength(predictions.Length, _shifts.Length);
        lock (_lock)
        {
            for (int i = 0; i < predictions.Length; i++)
            {
                double shift = _shifts[i];
                if (shift != 0)
                {
                    OutcomePrediction p = predictions[i];
                    predictions[i] = p with { SuccessProbability = Shift(p.SuccessProbability, shift), Lower = Shift(p.Lower, shift), Upper = Shift(p.Upper, shift) };
                }
            }
        }
    }

    /// <summary>Chooses.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="predictions">The corrected predictions, by position.</param>
    /// <param name="expectedCosts">The expected costs in dollars, by position.</param>
    /// <param name="eligible">The positions that the hard filters left, each once.</param>
    /// <param name="ticket">A number that differs from decision to decision, such as its id; the same ticket and state give the same choice.</param>
    /// <returns>The choice with its propensity.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="policy"/> is null.</exception>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public BanditChoice Choose(
        RoutingPolicy policy, ReadOnlySpan<OutcomePrediction> predictions, ReadOnlySpan<double> expectedCosts, ReadOnlySpan<int> eligible, long ticket)
    {
        ArgumentNullException.ThrowIfNull(policy);
        int greedy = policy.Choose(predictions, expectedCosts, eligible);
        if (greedy < 0)
        {
            return new BanditChoice(-1, 0, false);
        }

        double cap = expectedCosts[greedy] * _costCap;
        int allowed = 0;
        foreach (int position in eligible)
        {
            allowed += MayExplore(position, greedy, expectedCosts, cap) ? 1 : 0;
        }

        ulong state = _seed + unchecked((ulong)ticket * 0x9E3779B97F4A7C15);
        double floor = _share / allowed;
        int chosen = greedy;
        if (Uniform(ref state) < _share)
        {
            int pick = (int)(Uniform(ref state) * allowed);
            foreach (int position in eligible)
            {
                if (MayExplore(position, greedy, expectedCosts, cap) && pick-- == 0)
                {
                    chosen = position;
                    break;
                }
            }
        }

        return new BanditChoice(chosen, chosen == greedy ? 1 - _share + floor : floor, chosen != greedy);
    }

    /// <summary>The chance with which <see cref="Choose"/> chooses a position, whatever it draws.</summary>
    /// <param name="position">The position.</param>
    /// <param name="policy">The policy.</param>
    /// <param name="predictions">The corrected predictions, by position.</param>
    /// <param name="expectedCosts">The expected costs in dollars, by position.</param>
    /// <param name="eligible">The positions that the hard filters left, each once.</param>
    /// <returns>A chance in [0, 1]; 0 for what is not eligible or too dear to explore.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="policy"/> is null.</exception>
    /// <exception cref="ArgumentException">The spans differ in length.</exception>
    public double PropensityOf(int position, RoutingPolicy policy, ReadOnlySpan<OutcomePrediction> predictions, ReadOnlySpan<double> expectedCosts, ReadOnlySpan<int> eligible)
    {
        ArgumentNullException.ThrowIfNull(policy);
        int greedy = policy.Choose(predictions, expectedCosts, eligible);
        if (greedy < 0 || !eligible.Contains(position))
        {
            return 0;
        }

        double cap = expectedCosts[greedy] * _costCap;
        int allowed = 0;
        foreach (int candidate in eligible)
        {
            allowed += MayExplore(candidate, greedy, expectedCosts, cap) ? 1 : 0;
        }

        return position == greedy ? 1 - _share + (_share / allowed) : MayExplore(position, greedy, expectedCosts, cap) ? _share / allowed : 0;
    }

    /// <summary>Learns from an outcome.</summary>
    /// <param name="endpoint">The position that answered.</param>
    /// <param name="predicted">What the fitted model (not <see cref="Correct"/>) had predicted for it.</param>
    /// <param name="score">The score found, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public void Learn(int endpoint, OutcomePrediction predicted, double score)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(endpoint);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(endpoint, _shifts.Length);
        Boundary.Share(score);
        Boundary.Share(predicted.SuccessProbability, nameof(predicted));
        lock (_lock)
        {
            double now = Shift(predicted.SuccessProbability, _shifts[endpoint]);
            _curvatures[endpoint] += Math.Max(now * (1 - now), 1e-4);
            _shifts[endpoint] = Math.Clamp(_shifts[endpoint] + ((score - now) / _curvatures[endpoint]), -LargestShift, LargestShift);
        }
    }

    /// <summary>A bandit of other options that knows what this one learnt.</summary>
    /// <param name="position">Where one more position goes that nothing is known of; -1 for none.</param>
    /// <param name="options">The options.</param>
    internal ContextualBandit With(int position, ContextualBanditOptions options)
    {
        var other = new ContextualBandit(_shifts.Length + (position >= 0 ? 1 : 0), options);
        lock (_lock)
        {
            for (int i = 0; i < _shifts.Length; i++)
            {
                int to = position < 0 || i < position ? i : i + 1;
                other._shifts[to] = _shifts[i];
                other._curvatures[to] += _curvatures[i] - _prior;
            }
        }

        return other;
    }

    private static bool MayExplore(int position, int greedy, ReadOnlySpan<double> costs, double cap) => position == greedy || costs[position] <= cap;

    private static double Shift(double probability, double shift)
    {
        double odds = probability * Math.Exp(shift);
        return odds / (odds + 1 - probability);
    }

    // SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
    private static double Uniform(ref ulong state)
    {
        unchecked
        {
            ulong z = state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
