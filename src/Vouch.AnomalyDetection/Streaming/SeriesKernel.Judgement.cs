using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vouch.AnomalyDetection.Streaming;

internal static partial class SeriesKernel
{
    /// <summary>Judges a new extreme and opens, continues or closes the event.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Verdict Judge(ref SeriesState s, ref Judgement judgement, KernelSettings settings, int epoch)
    {
        Weigh(ref s, ref judgement, settings, epoch);
        Advance(ref s, ref judgement, settings);
        return judgement.ToVerdict(in s);
    }

    /// <summary>How rare this new extreme is, in nats, and which channel is rarest.</summary>
    private static void Weigh(ref SeriesState s, ref Judgement judgement, KernelSettings settings, int epoch)
    {
        double rarity = 0;
        int channel = -1;
        for (int lane = 0; lane <= Channel.Season; lane++)
        {
            float excess = judgement.Position.GetElement(lane);
            if (excess > 0)
            {
                float mean = s.Excess.GetElement(lane);
                double multiple = excess / Math.Max(mean, PriorExcess);
                if (channel < 0 || multiple > rarity)
                {
                    rarity = multiple;
                    channel = lane;
                }

                if (s.Count > RecordsFrom + Math.Min(65, ReadyFrom.GetElement(lane)))
                {
                    s.Excess = s.Excess.WithElement(lane, mean + (ExcessGain * (Math.Min(excess, 1) - mean)));
                }
            }
        }

        if (channel < 0)
        {
            rarity = FirstChange;
            channel = Channel.Value;
        }

        rarity = Extrapolated(rarity) + Math.Log(Math.Min(s.Age + 1, epoch / 2)) - Math.Log(s.Records + 1);
        judgement.Rarity = Math.Max(0, rarity);
        judgement.Channel = channel;

        // Where the value itself is out of range too, the event lasts until it is back.
        judgement.Anchor = judgement.Position.GetElement(Channel.Value) > 0 ? Channel.Value : channel;
        judgement.Beyond = s.InverseUnit > 0 ? judgement.Over.GetElement(judgement.Anchor) / s.InverseUnit : 0;
        if (s.SinceRecord > settings.EventLength)
        {
            // Extremes that come one soon after the other are one episode.
            s.EventChannel &= unchecked((byte)~SeriesState.EpisodeAlarmed);
            s.Records += s.Count > RecordsFrom ? 1 : 0;
        }

        s.SinceRecord = 0;
    }

    /// <summary>
    /// Minus the logarithm of the chance of an excess of so many mean excesses: exponential near by, then the tail of a generalised Pareto distribution. The mean excess comes
    /// from about ten extremes; what it says of twenty times itself is not to be believed of a tail that may be heavier than it looked.
    /// </summary>
    private static double Extrapolated(double multiple) =>
        multiple <= BelievedMultiple ? multiple : BelievedMultiple + (Math.Log(1 + (TailShape * (multiple - BelievedMultiple))) / TailShape);

    /// <summary>What this value was expected to be: by the season or by the recent course, whichever has kept the narrower range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Band(
        in SeriesState s, in Vector256<float> low, in Vector256<float> high, bool seasonal, float usual, double value, out double expected, out double lower, out double upper)
    {
        float below = low.GetElement(Channel.Departure);
        float above = high.GetElement(Channel.Departure);
        float middle = s.Fast;
        if (seasonal)
        {
            float seasonLower = low.GetElement(Channel.Season);
            float seasonUpper = high.GetElement(Channel.Season);
            if (seasonUpper - seasonLower < above - below)
            {
                (below, above, middle) = (seasonLower, seasonUpper, usual);
            }
        }

        if (s.Count == 0 || above < below)
        {
            (expected, lower, upper) = (value, value, value);
            return;
        }

        double unit = s.InverseUnit > 0 ? 1 / s.InverseUnit : 0;
        expected = s.Offset + (middle * unit);
        lower = expected + (below * unit);
        upper = expected + (above * unit);
    }

    /// <summary>A value that is no new extreme: an open event goes on or ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GoOn(ref SeriesState s, KernelSettings settings, in Vector256<float> now)
    {
        if (s.Count < settings.WarmUp)
        {
            s.State = AnomalyState.WarmingUp;
        }
        else if (s.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous or AnomalyState.Recovered)
        {
            Vector256<float> statistics = now;
            Continue(ref s, settings, in statistics, AnomalySeverity.None);
        }
        else if (s.State != AnomalyState.Relearning)
        {
            s.State = AnomalyState.Normal;
        }
    }

    /// <summary>Opens, continues and closes events.</summary>
    private static void Advance(ref SeriesState s, ref Judgement judgement, KernelSettings settings)
    {
        if (s.Count < settings.WarmUp)
        {
            s.State = AnomalyState.WarmingUp;
            return;
        }

        bool open = s.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous or AnomalyState.Recovered;
        judgement.Severity = judgement.SeverityAbove(s.Caution);
        AnomalySeverity required = Required(in s, settings, open);
        bool alarms = judgement.SeverityAbove(s.Caution + judgement.Held) >= required && Matters(in judgement, settings);
        judgement.Withheld = !alarms && judgement.Severity >= required && Matters(in judgement, settings);
        if (alarms)
        {
            int channel = judgement.Anchor;
            bool down = judgement.Now.GetElement(channel) < judgement.Low.GetElement(channel);
            s.State = AnomalyState.Anomalous;
            s.EventChannel = (byte)(channel + (down ? SeriesState.Downward : 0) + SeriesState.EpisodeAlarmed);
            s.EventBound = (down ? judgement.Low : judgement.High).GetElement(channel);
            s.OtherBound = (down ? judgement.High : judgement.Low).GetElement(channel);
            s.EventAge = 0;
            s.Quiet = 0;
            s.Beyond = 1;
            s.SinceTicks = judgement.Ticks;
            s.Severity = judgement.Severity;
            judgement.Alarms = true;
        }
        else if (open)
        {
            Continue(ref s, settings, in judgement.Now, judgement.Severity);
        }
        else if (s.State != AnomalyState.Relearning)
        {
            s.State = AnomalyState.Normal;
        }
    }

    /// <summary>What a new extreme must be to begin an event: the more, the more it may belong to the last one.</summary>
    private static AnomalySeverity Required(in SeriesState s, KernelSettings settings, bool open)
    {
        if (open && s.EventAge < ClosingValues)
        {
            return AnomalySeverity.Critical + 1;
        }

        if (open && s.Quiet < settings.OverAfter)
        {
            // One event, one alarm; but what began as little must not hide what would be critical by itself.
            return AnomalySeverity.Critical;
        }

        if (open && s.EventAge < settings.EventLength)
        {
            return AnomalySeverity.High;
        }

        // A level that is being learnt is not known well enough to say of anything but the extreme that it does not belong to it.
        return s.State == AnomalyState.Relearning ? AnomalySeverity.Critical
            : (s.EventChannel & SeriesState.EpisodeAlarmed) != 0 ? AnomalySeverity.Medium
            : AnomalySeverity.Low;
    }

    private static bool Matters(in Judgement judgement, KernelSettings settings) =>
        judgement.Beyond >= settings.MinimumDeviation && judgement.Beyond >= settings.MinimumRelativeDeviation * Math.Abs(judgement.Expected);

    private static void Continue(ref SeriesState s, KernelSettings settings, in Vector256<float> now, AnomalySeverity severity)
    {
        s.EventAge++;
        float statistic = now.GetElement(s.EventChannel & 7);
        bool beyond = statistic < Math.Min(s.EventBound, s.OtherBound) || statistic > Math.Max(s.EventBound, s.OtherBound);
        if (beyond)
        {
            s.Quiet = 0;
            s.Beyond += 1;
        }
        else if (s.Quiet < byte.MaxValue)
        {
            s.Quiet++;
        }

        if (s.Quiet >= ClosingValues)
        {
            bool over = s.Quiet >= settings.OverAfter;
            s.Beyond = over ? 0 : s.Beyond;
            s.State = over && s.EventAge >= settings.EventLength ? AnomalyState.Normal : AnomalyState.Recovered;
        }
        else
        {
            s.State = AnomalyState.StillAnomalous;
            if (s.Beyond >= settings.RelearnAfter)
            {
                // The old regime leaves the ranges when this shortened epoch ends.
                s.State = AnomalyState.Relearning;
                s.EpochAge = Math.Max(s.EpochAge, EpochLength(PerWeek(s.Interval)) - settings.RelearnAfter);
                s.PreviousLow = Keep(s.Low, s.PreviousLow);
                s.PreviousHigh = Keep(s.High, s.PreviousHigh);
                s.Beyond = 0;
            }
        }

        s.Severity = (AnomalySeverity)Math.Max((byte)s.Severity, (byte)severity);
        if (s.State is AnomalyState.Normal or AnomalyState.Relearning)
        {
            s.Severity = AnomalySeverity.None;
        }
    }

    /// <summary>The channels of one vector with the single numbers of another.</summary>
    private static Vector256<float> Keep(Vector256<float> channels, Vector256<float> numbers) => Vector256.ConditionalSelect(ChannelLanes, channels, numbers);

    private static void TurnEpoch(ref SeriesState s, KernelSettings settings, in Vector256<float> now, in Vector256<float> ready)
    {
        s.EpochAge = 0;
        s.PreviousLow = Keep(s.Low, s.PreviousLow);
        s.PreviousHigh = Keep(s.High, s.PreviousHigh);
        s.Low = Keep(Vector256.ConditionalSelect(ready, now, Vector256.Create(float.PositiveInfinity)), s.Low);
        s.High = Keep(Vector256.ConditionalSelect(ready, now, Vector256.Create(float.NegativeInfinity)), s.High);
        if (s.State == AnomalyState.Relearning)
        {
            // The ranges hold no more than what came since the level changed.
            s.State = AnomalyState.Normal;
            s.Age = Math.Min(s.Age, 2 * settings.RelearnAfter);
        }
    }

    /// <summary>No value: nothing is learnt, nothing alarms.</summary>
    private static Observation Missing(ref SeriesState s, KernelSettings settings, double value, long ticks)
    {
        double known = s.Count > 0 ? s.ToValue(s.Fast) : double.IsFinite(value) ? value : 0;
        bool none = !double.IsFinite(value);
        bool open = s.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous;
        _ = settings;
        return new Observation(
            0, 1, 0, known, known, known,
            none ? AnomalyState.NoData : s.State == AnomalyState.Anomalous ? AnomalyState.StillAnomalous : s.State,
            open ? s.Severity : AnomalySeverity.None,
            none ? AnomalyReasons.Gap : AnomalyReasons.None,
            none && s.Count > 0 ? new DateTimeOffset(Math.Min(s.LastTicks, Math.Max(ticks, 0)), TimeSpan.Zero) : null);
    }
}
