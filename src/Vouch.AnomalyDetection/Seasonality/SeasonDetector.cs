namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>Finds the seasons of a series, by time and not by row, or says that there is none.</summary>
/// <remarks>
/// <para>The values are laid on a grid of the usual step (gaps stay gaps, backward and repeated stamps fall where they belong). Peaks of the autocorrelation at every
/// scale propose periods; each is refined on its multiples. A proposal counts only if stretches of the series, freed of the trend, repeat each other's pattern (mean correlation at
/// least 0.3), if the pattern explains at least 19 % of the variance where it was not learnt (so that it narrows a band by a tenth), and if chance is ruled out by one of
/// two tests, corrected for the number of periods tried: the patterns agree in phase as patterns turned at random would not, or the frequency stands out of a smooth spectrum.
/// Noise, drift, random walks and level shifts do not pass; a process that swings at nearly one frequency for as long as it is watched cannot be told from a season. At least three
/// cycles are needed.</para>
/// <para>Time is bounded: O(m log^2 m) with m at most 2 * <see cref="MaximumRows"/>, whatever the length of the series. Deterministic; a detector is immutable and safe to share.
/// NaN and infinite values are missing values.</para>
/// <para>The idea of proposing by autocorrelation and confirming: M. Vlachos, P. Yu and V. Castelli, <i>On Periodicity Detection and Structural Periodic Similarity</i>, SDM 2005.</para>
/// </remarks>
public sealed class SeasonDetector
{
    private const int FewestRows = 12;

    /// <summary>Gets the number of grid rows that are looked at closely: the latest so many, and the whole series condensed to so many.</summary>
    /// <value>A number in [64, 1048576]. The default is 16384.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public int MaximumRows
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 64);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1 << 20);
            field = value;
        }
    } = 16_384;

    /// <summary>Gets the chance of reporting a season where there is none.</summary>
    /// <value>A probability in (0, 0.5]. The default is 0.001.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public double Significance
    {
        get;
        init
        {
            if (!(value is > 0 and <= 0.5))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A probability in (0, 0.5] is needed.");
            }

            field = value;
        }
    } = 0.001;

    /// <summary>Gets the most seasons that are reported.</summary>
    /// <value>A number in [1, 8]. The default is 3.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public int MaximumSeasons
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 8);
            field = value;
        }
    } = 3;

    /// <summary>Finds the seasons of evenly spaced values, in rows.</summary>
    /// <param name="values">The values in order of time; NaN or infinite where missing.</param>
    public SeasonalityReport Detect(ReadOnlySpan<double> values) => Detect(TimeGrid.FromRows(values));

    /// <summary>Finds the seasons of values at given times, in the unit of the times.</summary>
    /// <param name="times">One finite time per value, in any unit and roughly in order.</param>
    /// <param name="values">The values; NaN or infinite where missing.</param>
    /// <exception cref="ArgumentException">The lengths differ, or a time is not finite.</exception>
    public SeasonalityReport Detect(ReadOnlySpan<double> times, ReadOnlySpan<double> values)
    {
        if (times.Length != values.Length)
        {
            throw new ArgumentException($"{times.Length} times for {values.Length} values.", nameof(times));
        }

        for (int i = 0; i < times.Length; i++)
        {
            if (!double.IsFinite(times[i]))
            {
                throw new ArgumentException($"The time of value {i} is {times[i]}; every time must be finite.", nameof(times));
            }
        }

        return Detect(TimeGrid.FromTimes(times, values));
    }

    /// <summary>Finds the seasons of values at given instants, in seconds.</summary>
    /// <param name="times">One instant per value, roughly in order.</param>
    /// <param name="values">The values; NaN or infinite where missing.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public SeasonalityReport Detect(ReadOnlySpan<DateTimeOffset> times, ReadOnlySpan<double> values)
    {
        double[] seconds = new double[times.Length];
        for (int i = 0; i < seconds.Length; i++)
        {
            seconds[i] = (times[i].UtcTicks - times[0].UtcTicks) / (double)TimeSpan.TicksPerSecond;
        }

        return Detect(seconds, values);
    }

    private SeasonalityReport Detect(TimeGrid grid)
    {
        if (grid.Known < FewestRows)
        {
            return new SeasonalityReport(SeasonAnswer.TooShort, [], grid.Step, 0);
        }

        if (grid.IsConstant)
        {
            return new SeasonalityReport(SeasonAnswer.Constant, [], grid.Step, 0);
        }

        var views = new List<TimeGrid> { grid.Latest(MaximumRows) };
        if (grid.Rows > MaximumRows)
        {
            views.Add(grid.Condensed(MaximumRows));
        }

        var candidates = new List<(TimeGrid View, double Period)>();
        foreach (TimeGrid view in views)
        {
            foreach (double period in PeriodCandidates.Of(view))
            {
                candidates.Add((view, period));
            }
        }

        var search = new SeasonSearch(candidates, Significance, MaximumSeasons);
        IReadOnlyList<Season> seasons = search.Run();
        return new SeasonalityReport(seasons.Count > 0 ? SeasonAnswer.Found : SeasonAnswer.None, seasons, grid.Step, candidates.Count);
    }
}
