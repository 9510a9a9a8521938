using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>
/// What is kept of one series beside its season profile: 256 bytes, no references. The vectors hold one lane per channel (see <see cref="Channel"/>);
/// lanes 6 and 7, which no channel uses, hold single numbers. Values are kept as <c>(value - Offset) * InverseUnit</c>, so that single
/// precision is enough at any offset and scale.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SeriesState
{
    public const byte Downward = 8;
    public const byte EpisodeAlarmed = 16;

    /// <summary>Lowest and highest of each channel in this epoch; then of the epoch before.</summary>
    public Vector256<float> Low;
    public Vector256<float> High;
    public Vector256<float> PreviousLow;
    public Vector256<float> PreviousHigh;

    /// <summary>Mean excess of new extremes beyond the range, in units of the range, per channel.</summary>
    public Vector256<float> Excess;

    /// <summary>The levels of strangeness that fixed shares of the observations exceed (see <see cref="TailLadder"/>).</summary>
    public Vector256<float> Ladder;

    public double Offset;
    public double InverseUnit;
    public long LastTicks;
    public long SinceTicks;

    /// <summary>Values since the start or since relearning began: how much history the ranges hold.</summary>
    public int Age;

    /// <summary>Values since the start, at most <see cref="int.MaxValue"/>.</summary>
    public int Count;

    /// <summary>Mean time between values in seconds; 0 while unknown.</summary>
    public float Interval;
    public AnomalyState State;
    public AnomalySeverity Severity;

    /// <summary>The channel that alarmed, plus <see cref="Downward"/>, plus <see cref="EpisodeAlarmed"/> while the same run of extremes goes on.</summary>
    public byte EventChannel;

    /// <summary>Values in a row back in the range that the event had left.</summary>
    public byte Quiet;

    /// <summary>The end of the range that the event left; at its other end lies <see cref="OtherBound"/>.</summary>
    public float EventBound;

    /// <summary>Values since the alarm of the open event.</summary>
    public int EventAge;

    /// <summary>Values since the epoch began.</summary>
    public int EpochAge;

    /// <summary>Values since the last new extreme of any channel.</summary>
    public int SinceRecord;

    /// <summary>Exponential means of the values: over about 33, 65 and (<see cref="Course"/>) 129 of them.</summary>
    public float Fast
    {
        readonly get => Low.GetElement(6);
        set => At(ref Low, 6) = value;
    }

    public float Level
    {
        readonly get => Low.GetElement(7);
        set => At(ref Low, 7) = value;
    }

    public float Variance
    {
        readonly get => High.GetElement(6);
        set => At(ref High, 6) = value;
    }

    public float Course
    {
        readonly get => High.GetElement(7);
        set => At(ref High, 7) = value;
    }

    /// <summary>The other end of the range that the event's channel had before the event: who swings wider leaves it on both sides.</summary>
    public float OtherBound
    {
        readonly get => PreviousLow.GetElement(6);
        set => At(ref PreviousLow, 6) = value;
    }

    /// <summary>Decayed number of episodes in which some channel reached a new extreme.</summary>
    public float Records
    {
        readonly get => PreviousLow.GetElement(7);
        set => At(ref PreviousLow, 7) = value;
    }

    /// <summary>Alarms owed to the budget (see <see cref="AlarmLedger"/>); negative while there is credit.</summary>
    public float Debt
    {
        readonly get => Excess.GetElement(6);
        set => At(ref Excess, 6) = value;
    }

    /// <summary>What feedback adds to the line, in nats.</summary>
    public float Caution
    {
        readonly get => PreviousHigh.GetElement(6);
        set => At(ref PreviousHigh, 6) = value;
    }

    /// <summary>How long the present stay beyond the event's bound lasts, in values.</summary>
    public float Beyond
    {
        readonly get => PreviousHigh.GetElement(7);
        set => At(ref PreviousHigh, 7) = value;
    }

    public static SeriesState Fresh() => new()
    {
        Low = SeriesKernel.Empty(float.PositiveInfinity),
        High = SeriesKernel.Empty(float.NegativeInfinity),
        PreviousLow = SeriesKernel.Empty(float.PositiveInfinity),
        PreviousHigh = SeriesKernel.Empty(float.NegativeInfinity),
        Excess = Vector256.Create(SeriesKernel.PriorExcess).WithElement(6, -AlarmLedger.Credit(0)),
        Ladder = TailLadder.Start,
        SinceRecord = 1_000_000,
        State = AnomalyState.WarmingUp,
    };

    public readonly double ToValue(float unit) => Offset + (InverseUnit > 0 ? unit / InverseUnit : 0);

    private static ref float At(ref Vector256<float> vector, int lane) => ref Unsafe.Add(ref Unsafe.As<Vector256<float>, float>(ref vector), lane);
}
