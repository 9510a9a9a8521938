namespace Vouch.TrustEngine.Imaging;

/// <summary>Collects the statistics of a check, each with its part of the false alarm rate, and comes to the verdict.</summary>
internal sealed class FrameEvidence(int labels, double falseAlarmRate, double suspicionRate)
{
    private readonly List<FrameStatistic> _statistics = [];
    private readonly List<FrameReason> _reasons = [];
    private int _tails;

    /// <summary>The smallest corrected p-value that any statistic could have reached.</summary>
    public double MinimumPValue { get; private set; } = 1;

    private double PValue { get; set; } = 1;

    /// <summary>The false alarm rate of one tail of one statistic over all crops.</summary>
    public double PooledTailRate(double share) => falseAlarmRate * share / _tails;

    /// <summary>Adds all statistics of one scope, which have a share of the false alarm rate between them: upper tails from one reading, lower tails from the other.</summary>
    public void AddScope(FrameFeatures upper, FrameFeatures lower, int crop, double share)
    {
        _tails = (2 * (4 + upper.Colours.Length)) + 3;     // structure, outliers and neighbours count on their upper side only
        double factor = _tails / share;
        AddBias(upper.Brightness, lower.Brightness, -1, crop, factor);
        for (int channel = 0; channel < upper.Colours.Length; channel++)
        {
            AddBias(upper.Colours[channel], lower.Colours[channel], channel, crop, factor);
        }

        AddEnergy(upper.Noise, lower.Noise, FrameStatisticKind.NoiseEnergy, crop, factor);
        AddEnergy(upper.DetailDifference, lower.DetailDifference, FrameStatisticKind.DetailDifference, crop, factor);
        AddEnergy(upper.DetailEnergy, lower.DetailEnergy, FrameStatisticKind.DetailEnergy, crop, factor);
        AddEnergy(upper.Outliers, lower.Outliers, FrameStatisticKind.Outliers, crop, factor);
        AddEnergy(upper.Structure, lower.Structure, FrameStatisticKind.Structure, crop, factor);
        AddEnergy(upper.Neighbours, lower.Neighbours, FrameStatisticKind.Neighbours, crop, factor);
    }

    public FrameVerdict Judge(FrameCheckPower power, bool isBlank)
    {
        List<FrameReason> reasons = [.. _reasons.OrderBy(reason => reason.PValue).ThenBy(reason => reason.Crop).ThenBy(reason => reason.Deviation).DistinctBy(reason => reason.Deviation)];
        if (PValue <= falseAlarmRate)
        {
            reasons.RemoveAll(reason => reason.PValue > falseAlarmRate);
            if (isBlank)
            {
                reasons.Insert(0, new FrameReason(FrameDeviation.Blank, -1, PValue, "blank: one colour throughout"));
            }

            return new FrameVerdict(FrameOutcome.Invalid, PValue, reasons.AsReadOnly(), _statistics.AsReadOnly(), power);
        }

        // Where all images agree everywhere there is nothing to refuse: the candidate is what the verifier got.
        bool agree = _statistics.TrueForAll(statistic => statistic.Units == 0);
        return agree || MinimumPValue <= falseAlarmRate
            ? new FrameVerdict(reasons.Count > 0 ? FrameOutcome.Suspicious : FrameOutcome.Valid, PValue, reasons.AsReadOnly(), _statistics.AsReadOnly(), power)
            : new FrameVerdict(
                FrameOutcome.Inconclusive,
                PValue,
                [new FrameReason(FrameDeviation.TooLittleEvidence, -1, 1, FormattableString.Invariant($"too few pixels tell the images apart: no p-value below {MinimumPValue:G2} was possible"))],
                _statistics.AsReadOnly(),
                power);
    }

    public static FrameCheckPower Power(FrameFeatures features, double critical, double minimumPValue)
    {
        double bias = SmallestBias(features.Brightness, critical);
        double tint = features.Colours.Length == 0 ? double.PositiveInfinity : features.Colours.Max(colour => SmallestBias(colour, critical));
        double ratio = 0;
        if (features.Labels > 2 && features.Noise.Count > 0)
        {
            // The statistic must rise by `critical` standard deviations; its mean rises by the expected share less 1 / labels per pixel.
            double rise = critical * ExchangeTest.Of(features.Noise.Table).Deviation / features.Noise.Count;
            double found = new NoiseShare(features.Labels, features.Noise.Variance / features.Noise.Count).RatioAt((1.0 / features.Labels) + rise);
            ratio = double.IsFinite(found) && found > 1 ? 1 / found : 0;
        }

        bool smoothing = false;
        if (features.Labels > 2 && features.DetailDifference.Count > 0)
        {
            var share = new NoiseShare(features.Labels, features.DetailDifference.Variance / features.DetailDifference.Count);
            double fall = ((1.0 / features.Labels) - share.Expect(0.5)) * features.DetailDifference.Count;
            smoothing = fall >= critical * ExchangeTest.Of(features.DetailDifference.Table).Deviation;
        }

        return new FrameCheckPower(bias, tint, ratio, smoothing, minimumPValue);
    }

    private static double SmallestBias(BiasScores scores, double critical)
    {
        if (scores.Table.Units == 0)
        {
            return 0;
        }

        double error = ExchangeTest.Of(scores.Table).Deviation * scores.Table.Labels / (scores.Table.Labels - 1);
        return Math.Abs(scores.Signal) > 0 ? critical * error / Math.Abs(scores.Signal) : double.PositiveInfinity;
    }

    // The tails of the two readings, with the score of the one that finds less.
    private static ExchangeTest Combine(ScoreTable upper, ScoreTable lower)
    {
        ExchangeTest above = ExchangeTest.Of(upper), below = ExchangeTest.Of(lower);
        return (Math.Abs(above.Score) < Math.Abs(below.Score) ? above : below) with { Upper = above.Upper, Lower = below.Lower };
    }

    private void AddBias(BiasScores scores, BiasScores lower, int channel, int crop, double factor)
    {
        ExchangeTest test = Combine(scores.Table, lower.Table);
        Add(channel < 0 ? FrameStatisticKind.Brightness : FrameStatisticKind.Colour, channel, crop, test, scores.Table.Units, factor, lowerToo: true, upper =>
        {
            double unit = test.Deviation * labels / ((labels - 1) * Math.Abs(scores.Signal));
            string size = double.IsFinite(unit)
                ? FormattableString.Invariant($" by {100 * Math.Abs(test.Score) * unit:0.0} % ± {100 * unit:0.0} %")
                : string.Empty;
            return channel >= 0
                ? (FrameDeviation.Tinted, FormattableString.Invariant($"tinted: channel {channel} {(upper ? "stronger" : "weaker")}{size} beside the brightness"))
                : upper ? (FrameDeviation.Brighter, "brighter" + size) : (FrameDeviation.Darker, "darker" + size);
        });
    }

    private void AddEnergy(EnergyScores scores, EnergyScores lower, FrameStatisticKind kind, int crop, double factor)
    {
        ExchangeTest test = Combine(scores.Table, lower.Table);
        Add(kind, -1, crop, test, scores.Table.Units, factor, lowerToo: kind is not (FrameStatisticKind.Structure or FrameStatisticKind.Outliers or FrameStatisticKind.Neighbours), upper =>
        {
            if (kind == FrameStatisticKind.Structure)
            {
                return (FrameDeviation.DifferentPicture, FormattableString.Invariant($"different picture: 4 x 4 block means deviate by {test.Score:0.0} standard deviations"));
            }

            if (kind == FrameStatisticKind.Neighbours)
            {
                return (FrameDeviation.Smoother, FormattableString.Invariant($"smoother than the promised samples allow: differences of neighbouring pixels agree by {test.Score:0.0} standard deviations more than renders do"));
            }

            if (kind == FrameStatisticKind.Outliers)
            {
                return (FrameDeviation.DifferentPicture, FormattableString.Invariant($"different picture in parts: single pixels deviate by {test.Score:0.0} standard deviations more than renders do"));
            }

            string size = kind == FrameStatisticKind.DetailEnergy || labels < 3 || scores.Count == 0
                ? string.Empty
                : Size(new NoiseShare(labels, scores.Variance / scores.Count).RatioAt(scores.Share / scores.Count));
            string where = kind == FrameStatisticKind.NoiseEnergy ? string.Empty : " in the finest detail";
            return upper
                ? (FrameDeviation.Noisier, $"noisier than the promised samples allow{where}{size}")
                : (FrameDeviation.Smoother, $"smoother than the promised samples allow{where}{size}");
        });

        static string Size(double ratio) => double.IsFinite(ratio)
            ? FormattableString.Invariant($": {ratio:0.00} times the noise variance")
            : ": deviations far beyond the noise";
    }

    private void Add(
        FrameStatisticKind kind, int channel, int crop, ExchangeTest test, int units, double factor, bool lowerToo, Func<bool, (FrameDeviation Deviation, string Text)> describe)
    {
        _statistics.Add(new FrameStatistic(kind, channel, crop, test.Score, test.Lower, test.Upper, units));
        MinimumPValue = Math.Min(MinimumPValue, units == 0 ? 1 : Math.Pow(labels, -units) * factor);
        AddTail(test.Upper, true);
        if (lowerToo)
        {
            AddTail(test.Lower, false);
        }

        void AddTail(double tail, bool upper)
        {
            double p = Math.Min(1, tail * factor);
            PValue = Math.Min(PValue, p);
            if (p <= Math.Max(falseAlarmRate, suspicionRate))
            {
                (FrameDeviation deviation, string text) = describe(upper);
                _reasons.Add(new FrameReason(deviation, crop, p, crop < 0 ? text : FormattableString.Invariant($"{text} (crop {crop})")));
            }
        }
    }
}
