using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Statistics.Location;
using Vouch.TrustEngine.Diagnostics;

namespace Vouch.TrustEngine.Consensus;

/// <summary>Weighted median of workers' numbers, with weights cut so that no few of them decide.</summary>
/// <remarks>
/// <para>The weighted lower median (the smallest value whose cumulated weight reaches half) has the highest breakdown point there is: while liars weigh less
/// than half, it lies between two honest answers, whatever they send (P. J. Rousseeuw and A. M. Leroy, <i>Robust Regression and Outlier Detection</i>, 1987).
/// All workers of one operator are one voter, as heavy as its heaviest worker. Weights are cut at the highest level at which any <c>f</c> voters
/// weigh less than half, f being the share of <see cref="ConsensusOptions.ByzantineShare"/>; so the promise needs only n ≥ 2f + 1 voters.</para>
/// <para>The promise is about position, not truth: if the honest are all off by 3, so is the answer. Let weights come from verified work
/// (<see cref="Reputation.ReputationLedger"/>), never from agreement with earlier decisions.</para>
/// <para>O(n log n). Deterministic, independent of the ballots' order, safe to share.</para>
/// </remarks>
public sealed class WeightedMedianConsensus : INumericConsensus
{
    private const string Method = "weighted median, weights capped per operator";
    private const double NormalScale = 1.482_602_218_505_602;

    // Capped weights carry rounding of a few parts in 1e16 each: what they reach to within this counts as reached, so that equal halves split as they should.
    private const double Slack = 1e-12;
    private const double Half = 0.5 * (1 - (Slack / 10));

    private readonly ConsensusOptions _options;
    private readonly TrustMetrics? _metrics;

    /// <summary>Initializes a consensus with the default options.</summary>
    public WeightedMedianConsensus()
        : this(new ConsensusOptions())
    {
    }

    /// <summary>Initializes a consensus.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public WeightedMedianConsensus(ConsensusOptions options)
        : this(options, null)
    {
    }

    internal WeightedMedianConsensus(ConsensusOptions options, TrustMetrics? metrics)
    {
        _options = Ballots.Copy(options);
        _metrics = metrics;
    }

    /// <inheritdoc/>
    public NumericDecision Decide(IReadOnlyList<NumericBallot> ballots)
    {
        ArgumentNullException.ThrowIfNull(ballots);
        var counted = new List<(WorkerId Worker, string? Entity, double Weight)>(ballots.Count);
        var values = new List<double>(ballots.Count);
        var setAside = new SortedSet<WorkerId>();
        for (int i = 0; i < ballots.Count; i++)
        {
            NumericBallot ballot = ballots[i];
            Ballots.Require(ballot.Worker, ballot.Weight, i);
            if (ballot.Weight > 0 && double.IsFinite(ballot.Value))
            {
                counted.Add((ballot.Worker, ballot.Entity, ballot.Weight));
                values.Add(ballot.Value);
            }
            else
            {
                setAside.Add(ballot.Worker);
            }
        }

        Electorate electorate = Electorate.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(counted), _options);
        NumericDecision decision = Decide(counted, [.. values], electorate, [.. setAside]);
        _metrics?.Decided(decision.Promise != ConsensusPromise.None);
        return decision;
    }

    /// <inheritdoc/>
    public NumericDecision DecideOrThrow(IReadOnlyList<NumericBallot> ballots)
    {
        NumericDecision decision = Decide(ballots);
        return decision.Promise != ConsensusPromise.None ? decision : throw Ballots.Failure(decision.Voters, decision.Evidence, _options);
    }

    private NumericDecision Decide(List<(WorkerId Worker, string? Entity, double Weight)> counted, double[] values, Electorate electorate, WorkerId[] setAside)
    {
        bool promised = electorate.CarriesPromise(_options);
        double value = double.NaN;
        double lower = double.NaN;
        double upper = double.NaN;
        WorkerId[] outliers = [];
        if (values.Length > 0)
        {
            double[] weights = electorate.BallotWeights;
            double median = WeightedQuantile.Lower(values, weights, Half);
            double reach = Reach(values, weights, median);
            outliers = [.. counted.Where((_, i) => Math.Abs(values[i] - median) > reach).Select(static ballot => ballot.Worker).Distinct().Order()];
            value = _options.RefineSurvivors ? Refine(values, electorate, median, reach) : median;
            if (promised)
            {
                lower = WeightedQuantile.Lower(values, weights, (1 - electorate.LiarShare) / 2 * (1 - Slack));
                upper = WeightedQuantile.Lower(values, weights, (1 + electorate.LiarShare) / 2 * (1 - Slack));
            }
        }

        return new NumericDecision
        {
            Value = value,
            Promise = promised ? ConsensusPromise.HonestRange : ConsensusPromise.None,
            HonestMedianLower = lower,
            HonestMedianUpper = upper,
            Voters = electorate.Voters,
            ToleratedLiars = electorate.ToleratedLiars,
            Outliers = outliers,
            SetAside = setAside,
            Evidence = promised ? Promised(electorate, lower, upper) : Ballots.Insufficient(Method, electorate, _options),
        };
    }

    private static Evidence Promised(Electorate electorate, double lower, double upper) => new(Method, electorate.Voters, isSufficient: true, interval: null, [
        string.Create(CultureInfo.InvariantCulture, $"The answer lies between two honest answers as long as at most {electorate.ToleratedLiars} of the {electorate.Voters} voters lie."),
        string.Create(CultureInfo.InvariantCulture, $"With at most {electorate.AssumedLiars} liars, the median of the honest answers alone lies in [{lower:G6}, {upper:G6}]."),
    ]);

    /// <summary>The liars' share, a little more than rounding may have taken from it.</summary>
    private static double CautiousShare(Electorate electorate) => Math.Min(1, electorate.LiarShare * (1 + Slack));

    /// <summary>How far from the median an answer may lie: a robust scale that liars up to their assumed weight cannot blow up.</summary>
    private double Reach(double[] values, double[] weights, double median)
    {
        double[] deviations = Array.ConvertAll(values, value => Math.Abs(value - median));
        double scale = WeightedQuantile.Lower(deviations, weights, Half) * NormalScale;
        if (scale == 0)
        {
            // Coarse scales: most answers are equal. What the honest share reaches is still out of the liars' hands.
            scale = WeightedQuantile.Lower(deviations, weights, 1 - _options.ByzantineShare);
        }

        return scale * _options.OutlierDeviations;
    }

    private static double Refine(double[] values, Electorate electorate, double median, double reach)
    {
        double sum = 0;
        double kept = 0;
        foreach ((double value, double weight) in values.Zip(electorate.BallotWeights).Order())
        {
            if (Math.Abs(value - median) <= reach)
            {
                // Around the median, so that values near the largest double do not overflow.
                sum += weight * (value - median);
                kept += weight;
            }
        }

        // The least and the greatest answer that liars alone cannot make up.
        double share = CautiousShare(electorate);
        double low = WeightedQuantile.Upper(values, electorate.BallotWeights, share);
        double high = WeightedQuantile.Lower(values, electorate.BallotWeights, 1 - share);
        double refined = median + (sum / kept);
        return low <= high && double.IsFinite(refined) ? Math.Clamp(refined, low, high) : median;
    }
}
