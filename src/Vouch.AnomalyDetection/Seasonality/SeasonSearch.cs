namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>Puts proposed periods to the test and picks those that explain the series.</summary>
internal sealed class SeasonSearch(IReadOnlyList<(TimeGrid View, double Period)> candidates, double significance, int maximumSeasons)
{
    private const int MostStretches = 24;
    private const int MostPhases = 48;
    private const double FewestCycles = 3;
    private const double LeastConsistency = 0.3;

    /// <summary>Modelling a season of this strength narrows the band around the series by a tenth (1 - sqrt(1 - 0.19)); a weaker one is not worth it.</summary>
    private const double LeastStrength = 0.19;

    public IReadOnlyList<Season> Run()
    {
        var tested = new List<(Season Season, TimeGrid View, double Rows)>();
        foreach ((TimeGrid view, double period) in candidates)
        {
            double refined = Refined(view.Values, period);
            if (Test(view, view.Values, refined) is { } season)
            {
                tested.Add((season, view, refined));
            }
        }

        var result = new List<Season>();
        while (tested.Count > 0 && result.Count < maximumSeasons)
        {
            (Season Season, TimeGrid View, double Rows) best = Fundamental(tested);
            result.Add(best.Season);
            var rest = new List<(Season Season, TimeGrid View, double Rows)>();
            foreach ((Season season, TimeGrid view, double rows) in tested)
            {
                if (result.Any(known => Math.Abs(season.Period - known.Period) <= 0.02 * known.Period
                    || (season.Period > 0.3 * known.Period && IsMultiple(known.Period, season.Period))))
                {
                    continue;
                }

                if (result.Any(known => IsMultiple(known.Period, season.Period)))
                {
                    // A day within a week already found: it has passed its own test, and the week's pattern would take it away.
                    rest.Add((season, view, rows));
                    continue;
                }

                double[] without = result.Aggregate(view.Values, (values, known) => WithoutPattern(values, known.Period / view.Step));
                if (Test(view, without, rows) is { } left)
                {
                    rest.Add((left, view, rows));
                }
            }

            tested = rest;
        }

        return result;
    }

    /// <summary>
    /// The shortest among those nearly as strong as the strongest; and before a strong season of four or more of a shorter one, such as a week of days, comes the
    /// shorter one, if it carries at least half as much. (A half or a third is a harmonic and does not come first.)
    /// </summary>
    private static (Season Season, TimeGrid View, double Rows) Fundamental(List<(Season Season, TimeGrid View, double Rows)> tested)
    {
        Season strongest = tested.MaxBy(static entry => entry.Season.Strength).Season;
        return tested
            .Where(entry => entry.Season.Strength >= 0.9 * strongest.Strength
                || (entry.Season.Strength >= 0.5 * strongest.Strength && strongest.Period > 3.5 * entry.Season.Period && IsMultiple(strongest.Period, entry.Season.Period)))
            .MinBy(static entry => entry.Season.Period);
    }

    /// <summary>With few cycles a peak of the autocorrelation is blunt; the period within one cycle over the whole length that explains most is better.</summary>
    private static double Refined(double[] values, double period)
    {
        double cycles = values.Length / period;
        if (cycles > 30)
        {
            return period;
        }

        double best = period;
        double most = double.NegativeInfinity;
        for (int step = -12; step <= 12; step++)
        {
            double tried = values.Length / (cycles + (step / 16.0));
            if (tried >= 2 && cycles + (step / 16.0) >= FewestCycles)
            {
                double strength = Explained(MovingMean.Removed(values, tried), tried, Phases(tried));
                (best, most) = strength > most ? (tried, strength) : (best, most);
            }
        }

        return best;
    }

    private static bool IsMultiple(double longer, double shorter)
    {
        double ratio = longer / shorter;
        double whole = Math.Round(ratio);
        return whole >= 2 && Math.Abs(ratio - whole) < 0.02 * whole;
    }

    private static double[] WithoutPattern(double[] values, double period)
    {
        int phases = Phases(period);
        double[] residual = MovingMean.Removed(values, period);
        double[] sums = new double[phases];
        int[] counts = new int[phases];
        for (int row = 0; row < values.Length; row++)
        {
            if (!double.IsNaN(residual[row]))
            {
                int phase = Phase(row, period, phases);
                sums[phase] += residual[row];
                counts[phase]++;
            }
        }

        double[] result = new double[values.Length];
        for (int row = 0; row < values.Length; row++)
        {
            int phase = Phase(row, period, phases);
            result[row] = counts[phase] > 0 ? values[row] - (sums[phase] / counts[phase]) : values[row];
        }

        return result;
    }

    private static int Phases(double period) => Math.Clamp((int)Math.Round(period), 2, MostPhases);

    private static int Phase(int row, double period, int phases) => Math.Min(phases - 1, (int)(row % period / period * phases));

    /// <summary>The evidence for one period, or nothing where it does not suffice.</summary>
    private Season? Test(TimeGrid view, double[] values, double period)
    {
        int phases = Phases(period);
        double[] residual = MovingMean.Removed(values, period);
        int first = Array.FindIndex(residual, static value => !double.IsNaN(value));
        int last = Array.FindLastIndex(residual, static value => !double.IsNaN(value));
        if (first < 0)
        {
            return null;
        }

        // Half a cycle at either end went with the trend; what is left must still hold at least two whole ones.
        double cycles = (last - first + 1) / period;
        int stretches = (int)Math.Min(MostStretches, Math.Floor(cycles + 0.05));
        if (stretches < FewestCycles - 1)
        {
            return null;
        }

        int perStretch = (int)Math.Max(1, Math.Floor((cycles + 0.05) / stretches));
        double[] sums = new double[stretches * phases];
        int[] counts = new int[stretches * phases];
        for (int row = first; row <= last; row++)
        {
            int stretch = Math.Min(stretches - 1, (int)((row - first) / (period * perStretch)));
            if (!double.IsNaN(residual[row]))
            {
                int cell = (stretch * phases) + Phase(row, period, phases);
                sums[cell] += residual[row];
                counts[cell]++;
            }
        }

        return Judge(view, values, period, stretches, phases, sums, counts, residual);
    }

    private Season? Judge(TimeGrid view, double[] values, double period, int stretches, int phases, double[] sums, int[] counts, double[] residual)
    {
        // Every stretch's pattern, centred and of length 1, so that no single wild stretch decides.
        var patterns = new List<double[]>(stretches);
        for (int stretch = 0; stretch < stretches; stretch++)
        {
            if (Pattern(sums.AsSpan(stretch * phases, phases), counts.AsSpan(stretch * phases, phases)) is { } pattern)
            {
                patterns.Add(pattern);
            }
        }

        if (patterns.Count < FewestCycles - 1)
        {
            return null;
        }

        double consistency = PatternAgreement.MeanCorrelation(patterns);
        double chance = Math.Min(PatternAgreement.ChanceByShift(patterns), SpectralPeak.Chance(values, period));
        double p = Math.Min(1, 2 * chance * Math.Max(1, candidates.Count));
        double strength = Explained(residual, period, phases);
        return consistency >= LeastConsistency && p <= significance && strength >= LeastStrength
            ? new Season(period * view.Step, Math.Min(1, strength), Math.Min(1, consistency), p, residual.Length / period)
            : null;
    }

    /// <summary>The mean at each phase, 0 where unknown; nothing where fewer than half the phases are known or all are equal.</summary>
    private static double[]? Pattern(ReadOnlySpan<double> sums, ReadOnlySpan<int> counts)
    {
        double[] pattern = new double[sums.Length];
        double mean = 0;
        int known = 0;
        for (int phase = 0; phase < pattern.Length; phase++)
        {
            if (counts[phase] > 0)
            {
                pattern[phase] = sums[phase] / counts[phase];
                mean += pattern[phase];
                known++;
            }
        }

        double squares = 0;
        for (int phase = 0; phase < pattern.Length; phase++)
        {
            pattern[phase] = counts[phase] > 0 ? pattern[phase] - (mean / known) : 0;
            squares += pattern[phase] * pattern[phase];
        }

        if (2 * known < pattern.Length || known < 2 || !(squares > 1e-24))
        {
            return null;
        }

        double length = Math.Sqrt(squares);
        for (int phase = 0; phase < pattern.Length; phase++)
        {
            pattern[phase] /= length;
        }

        return pattern;
    }

    /// <summary>The share of the variance that the mean of the other cycles explains at each row.</summary>
    private static double Explained(double[] residual, double period, int phases)
    {
        double[] sums = new double[phases];
        int[] counts = new int[phases];
        double total = 0;
        for (int row = 0; row < residual.Length; row++)
        {
            if (!double.IsNaN(residual[row]))
            {
                int phase = Phase(row, period, phases);
                sums[phase] += residual[row];
                counts[phase]++;
                total += residual[row] * residual[row];
            }
        }

        double perCycle = Math.Max(1, period / phases);
        double left = 0;
        for (int row = 0; row < residual.Length; row++)
        {
            if (!double.IsNaN(residual[row]))
            {
                int phase = Phase(row, period, phases);
                double groups = Math.Max(2, counts[phase] / perCycle);
                double error = (residual[row] - (sums[phase] / counts[phase])) * groups / (groups - 1);
                left += error * error;
            }
        }

        return total > 0 ? 1 - (left / total) : 0;
    }
}
