using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>
/// One observation of one series: O(1), no allocation, no clock, no randomness. Each channel keeps its range over the last one to two epochs. A value
/// inside all ranges is unremarkable; one outside is a new extreme, whose chance under "nothing has changed" is estimated as
/// (episodes of new extremes so far + 1) / (values) x the tail of an excess of so many mean excesses, in units of the range. It alarms where that
/// chance is no more than what the false-alarm budget allows per value.
/// </summary>
/// <remarks>
/// The rate of new extremes and their mean excess are a two-parameter peaks-over-threshold tail with the running extreme as threshold
/// (S. Coles, <i>An Introduction to Statistical Modeling of Extreme Values</i>, Springer, 2001, chapter 4).
/// </remarks>
internal static partial class SeriesKernel
{
    /// <summary>The mean excess that is assumed before any was seen, in units of the range.</summary>
    public const float PriorExcess = 0.02f;

    /// <summary>Values in an epoch at least; a longer one lasts four weeks of the series' sampling interval.</summary>
    private const int ShortestEpoch = 8_192;
    private const int LongestEpoch = 1 << 24;
    private const double EpochWeeks = 4;

    /// <summary>A series with fewer values in a week is held to the budget per so many values.</summary>
    private const double FewestPerWeek = 2_016;
    private const float FastGain = 0.03f;
    private const float LevelGain = 2f / 65;
    private const int CourseValues = 129;
    private const float CourseGain = 2f / CourseValues;
    private const float SeasonGain = 0.02f;
    private const float SeasonSeconds = 14_400;

    // A new extreme moves the mean excess as if ten had been seen before.
    private const float ExcessGain = 1f / 11;

    // Beyond so many mean excesses the tail of an excess is a generalised Pareto one of this shape.
    private const double BelievedMultiple = 2;
    private const double TailShape = 0.2;
    private const int SeasonReady = 3;
    public const int ClosingValues = 8;

    // Below this history, new extremes are so frequent that they say nothing about the later rate.
    private const int RecordsFrom = 50;

    // The level of a constant series has no scale to measure an excess with: its first change counts as so many mean excesses.
    private const float FirstChange = 3;

    private static readonly Vector256<int> LaneNumbers = Vector256.Create(0, 1, 2, 3, 4, 5, 6, 7);
    private static readonly Vector256<float> ChannelLanes = Vector256.LessThan(LaneNumbers, Vector256.Create(6)).AsSingle();
    /// <summary>From which value on each channel has a meaning (the season: where its part of the day has been seen).</summary>
    public static readonly Vector256<int> ReadyFrom = Vector256.Create(0, 0, 65, 65, 129, int.MaxValue, int.MaxValue, int.MaxValue);

    public static Vector256<float> Empty(float value) => Vector256.ConditionalSelect(ChannelLanes, Vector256.Create(value), Vector256<float>.Zero);

    /// <summary>Values in a week; a series whose interval is unknown is taken for one of five minutes.</summary>
    public static double PerWeek(float interval) => KernelSettings.SecondsPerWeek / (interval > 0 ? interval : 300);

    public static int EpochLength(double perWeek) => (int)Math.Clamp(EpochWeeks * perWeek, ShortestEpoch, LongestEpoch);

    /// <summary>The same as <see cref="EpochLength"/> of <see cref="PerWeek"/>, without a division for what comes every five minutes or more rarely.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int EpochOf(float interval) =>
        interval is <= 0 or >= (float)(EpochWeeks * KernelSettings.SecondsPerWeek / ShortestEpoch) ? ShortestEpoch : EpochLength(KernelSettings.SecondsPerWeek / interval);

    /// <summary>The share of values that may alarm falsely.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double AllowedShare(double budget, float interval) =>
        double.MinNative(0.5, budget * double.MinNative(1 / FewestPerWeek, (interval > 0 ? interval : 300) * (1 / KernelSettings.SecondsPerWeek)));

    /// <summary>
    /// The share that the tail is asked for. A budget so small that the memory of the ranges cannot show its events is a matter of belief in the tail: of each nat beyond the memory half is
    /// believed, while the memory is young less.
    /// </summary>
    private static double BelievedShare(double share, int age, int epoch)
    {
        double memory = 0.5 * epoch;
        double shown = share * memory;
        return shown >= 1 ? share : share * Math.Sqrt(shown * Math.Max(shown, Math.Min(1, (age + 1) / memory)));
    }

    /// <param name="s">The state.</param>
    /// <param name="profile">The season profile.</param>
    /// <param name="settings">The options.</param>
    /// <param name="budget">False alarms a week.</param>
    /// <param name="caution">What the fleet's ledger adds to the line, in nats.</param>
    /// <param name="ticks">The time.</param>
    /// <param name="value">The value.</param>
    [SkipLocalsInit]
    public static Observation Observe(ref SeriesState s, Span<float> profile, KernelSettings settings, double budget, float caution, long ticks, double value)
    {
        if (!double.IsFinite(value) || (settings.HasMaintenance && settings.InMaintenance(ticks)))
        {
            return Missing(ref s, settings, value, ticks);
        }

        float u = Scale(ref s, profile, settings, double.ClampNative(value, -1e300, 1e300));
        int n = s.Count;
        TrackInterval(ref s, ticks, n);

        // Statistics of this value; those of the value and of its distance from the mean are taken before the mean learns it.
        // Divisions are what this takes most of its time for: none is made where its result is known.
        float inverse = n < CourseValues ? 1f / (n + 1) : 0;
        float departure = u - s.Fast;
        float fromLevel = u - s.Level;
        float gain = float.MaxNative(LevelGain, inverse);
        float level = s.Level + (gain * fromLevel);
        float variance = (1 - gain) * (s.Variance + (gain * fromLevel * fromLevel));
        float course = s.Course + (float.MaxNative(CourseGain, inverse) * (u - s.Course));
        int bin = 0;
        float usual = 0;
        bool seasonal = profile.Length > 0 && Usual(profile, settings, ticks, out bin, out usual);
        bool weekly = settings.HasWeek && profile.Length > 0;
        Span<float> week = weekly ? WeekOffsets.Of(profile) : default;
        int day = 0;
        if (weekly)
        {
            day = WeekOffsets.DayOf(ticks);
            if (WeekOffsets.InUse(week))
            {
                usual += WeekOffsets.Usual(week, day);
            }
        }

        Vector256<float> now = Vector256.Create(u, departure, level, MathF.Sqrt(variance), course, u - usual, 0, 0);
        Vector256<float> ready = Vector256.GreaterThanOrEqual(Vector256.Create(n), ReadyFrom).AsSingle();
        if (seasonal)
        {
            ready = ready.WithElement(Channel.Season, BitConverter.Int32BitsToSingle(-1));
        }

        // Where it lies in the ranges.
        Vector256<float> low = Vector256.MinNative(s.Low, s.PreviousLow);
        Vector256<float> high = Vector256.MaxNative(s.High, s.PreviousHigh);
        Vector256<float> range = high - low;
        Vector256<float> over = Vector256.MaxNative(Vector256.MinNative(now - high, settings.UpCap), Vector256.MinNative(low - now, settings.DownCap));
        Vector256<float> ranged = ready & Vector256.GreaterThanOrEqual(Vector256.Create(n), settings.JudgedFrom).AsSingle() & Vector256.GreaterThan(range, Vector256<float>.Zero);
        Vector256<float> position = Vector256.ConditionalSelect(ranged, over / range, Vector256.Create(-1f));
        bool firstChange = n >= settings.WarmUp && range.GetElement(Channel.Value) == 0 && over.GetElement(Channel.Value) > 0;
        float strangeness = firstChange ? TailLadder.Ceiling : float.ClampNative(Largest(position), -1, TailLadder.Ceiling);
        float pValue = TailLadder.Observe(ref s.Ladder, strangeness);
        int epoch = EpochOf(s.Interval);
        double allowed = AllowedShare(budget, s.Interval);

        // Records decay as the ranges forget; the memory is half an epoch.
        float forget = epoch == ShortestEpoch ? 2f / ShortestEpoch : 2f / epoch;
        s.PreviousLow *= Vector256.Create(1, 1, 1, 1, 1, 1, 1, 1 - forget);
        s.PreviousHigh *= Vector256.Create(1, 1, 1, 1, 1, 1, 1 - forget, 1);
        Band(in s, in low, in high, seasonal, usual, value, out double expected, out double lower, out double upper);
        Verdict verdict;
        if (strangeness > 0)
        {
            // Copies in a place of their own: what is handed on by reference cannot stay in registers.
            var extreme = new Judgement { Now = now, Low = low, High = high, Position = position, Over = over, Expected = expected, Allowed = allowed, PValue = pValue, Ticks = ticks };
            extreme.Share = BelievedShare(allowed, s.Age, epoch);
            extreme.Held = Math.Min(AlarmLedger.MostCaution, caution + AlarmLedger.Caution(s.Debt, budget));
            verdict = Judge(ref s, ref extreme, settings, epoch);
        }
        else
        {
            verdict = new Verdict { Score = Verdict.Below(allowed, pValue) };
            GoOn(ref s, settings, in now);
        }

        // What was learnt.
        // Whole vectors are written, so that the next observation need not wait for parts of them.
        float fast = s.Fast + (float.MaxNative(FastGain, inverse) * departure);
        s.Low = Vector256.ConditionalSelect(ready, Vector256.MinNative(s.Low, now), s.Low).WithElement(6, fast).WithElement(7, level);
        s.High = Vector256.ConditionalSelect(ready, Vector256.MaxNative(s.High, now), s.High).WithElement(6, variance).WithElement(7, course);
        float debt = AlarmLedger.After(s.Debt, allowed, verdict.Charge, budget);
        s.Excess = (s.Excess + ((Vector256.Create(PriorExcess) - s.Excess) * forget)).WithElement(6, debt);
        if (s.SinceRecord < 1_000_000)
        {
            s.SinceRecord++;
        }

        if (profile.Length > 0)
        {
            if (weekly)
            {
                WeekOffsets.Learn(week, day, u - profile[bin], s.Interval);
            }

            LearnSeason(profile, settings.Bins, bin, u, s.Interval);
        }

        s.Count = n == int.MaxValue ? n : n + 1;
        s.Age = s.Age == int.MaxValue ? s.Age : s.Age + 1;
        if (++s.EpochAge >= epoch)
        {
            Vector256<float> last = now, known = ready;
            TurnEpoch(ref s, settings, in last, in known);
        }

        if (s.Count == settings.WarmUp || s.EpochAge == 0)
        {
            Recentre(ref s, profile, settings);
        }

        return verdict.ToObservation(in s, allowed, epoch, pValue, expected, lower, upper);
    }

    /// <summary>Begins with another season: what was known of the old one is forgotten, and the new profile learns values that came before.</summary>
    public static void ChangeSeason(ref SeriesState s, Span<float> profile, KernelSettings settings, IEnumerable<(long Ticks, double Value)> earlier)
    {
        s.Low = s.Low.WithElement(Channel.Season, float.PositiveInfinity);
        s.High = s.High.WithElement(Channel.Season, float.NegativeInfinity);
        s.PreviousLow = s.PreviousLow.WithElement(Channel.Season, float.PositiveInfinity);
        s.PreviousHigh = s.PreviousHigh.WithElement(Channel.Season, float.NegativeInfinity);
        foreach ((long ticks, double value) in earlier)
        {
            LearnSeason(profile, settings.Bins, settings.BinOf(ticks), (float)((value - s.Offset) * s.InverseUnit), s.Interval);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Largest(Vector256<float> lanes)
    {
        Vector128<float> half = Vector128.MaxNative(lanes.GetLower(), lanes.GetUpper());
        half = Vector128.MaxNative(half, Vector128.Shuffle(half, Vector128.Create(2, 3, 0, 1)));
        return float.MaxNative(half.GetElement(0), half.GetElement(1));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TrackInterval(ref SeriesState s, long ticks, int n)
    {
        long step = ticks - s.LastTicks;
        if (n == 0 || step > 0)
        {
            if (n > 0)
            {
                // A pause counts as ten intervals at most; before the first step the interval is unknown.
                float seconds = (float)(step * 1e-7);
                s.Interval = s.Interval <= 0 ? seconds : s.Interval + ((n < 100 ? 1f / n : 0.01f) * (float.MinNative(seconds, 10 * s.Interval) - s.Interval));
            }

            s.LastTicks = ticks;
        }
    }

    /// <summary>The value in the units of the state. Changes the unit where single precision would overflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Scale(ref SeriesState s, Span<float> profile, KernelSettings settings, double value)
    {
        double scaled = (value - s.Offset) * s.InverseUnit;
        return s.InverseUnit > 0 && Math.Abs(scaled) <= 1e15 ? (float)scaled : Rescale(ref s, profile, settings, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Usual(Span<float> profile, KernelSettings settings, long ticks, out int bin, out float usual)
    {
        bin = settings.BinOf(ticks);
        usual = profile[bin];
        return MemoryMarshal.Cast<float, ushort>(profile[settings.Bins..])[bin] >= SeasonReady;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LearnSeason(Span<float> profile, int bins, int bin, float u, float interval)
    {
        ref ushort count = ref MemoryMarshal.Cast<float, ushort>(profile[bins..])[bin];
        float slowest = interval > 0 ? float.MinNative(SeasonGain, interval * (1 / SeasonSeconds)) : SeasonGain;
        profile[bin] += (slowest * (count + 1) < 1 ? 1f / (count + 1) : slowest) * (u - profile[bin]);
        if (count < ushort.MaxValue)
        {
            count++;
        }
    }
}
