using System.Runtime.Intrinsics;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>What the kernel knows and finds out about one new extreme on the way to its <see cref="Verdict"/>.</summary>
internal struct Judgement
{
    /// <summary>The statistics of the value, and the ranges before it.</summary>
    public Vector256<float> Now;
    public Vector256<float> Low;
    public Vector256<float> High;

    /// <summary>By how much the statistics lie beyond their ranges: in units of the ranges, and of the state.</summary>
    public Vector256<float> Position;
    public Vector256<float> Over;

    /// <summary>The channel of the rarest new extreme.</summary>
    public int Channel;

    /// <summary>The channel that tells how long the event lasts.</summary>
    public int Anchor;

    /// <summary>Minus the logarithm of the chance of it.</summary>
    public double Rarity;

    /// <summary>How far it lies beyond the range, in units of the series.</summary>
    public double Beyond;

    /// <summary>The share of values that may alarm falsely.</summary>
    public double Allowed;

    /// <summary>The share that the tail is asked for: the same, or less where the history cannot show it.</summary>
    public double Share;
    public float PValue;
    public double Expected;
    public long Ticks;
    public bool Alarms;

    /// <summary>What the ledgers add to the line, in nats.</summary>
    public float Held;

    /// <summary>Whether only the ledgers kept it from an alarm.</summary>
    public bool Withheld;

    /// <summary>The severity, whatever the ledgers say.</summary>
    public AnomalySeverity Severity;

    public readonly AnomalySeverity SeverityAbove(float caution) => (Rarity - caution + Math.Log(Share)) switch
    {
        < 0 => AnomalySeverity.None,
        < 2.302585092994046 => AnomalySeverity.Low,
        < 6.907755278982137 => AnomalySeverity.Medium,
        < 13.815510557964274 => AnomalySeverity.High,
        _ => AnomalySeverity.Critical,
    };

    public readonly Verdict ToVerdict(in SeriesState s) => new()
    {
        // share' / (share' + chance), the share lowered by feedback.
        Score = Alarms ? Math.Max(0.5, 1 / (1 + Math.Exp(s.Caution + Held - Math.Log(Share) - Rarity))) : Verdict.Below(Allowed, PValue),
        Charge = Alarms && Severity != AnomalySeverity.Critical ? 1 : 0,
        Withheld = Withheld ? Severity : AnomalySeverity.None,
        WithheldReasons = Withheld ? Streaming.Channel.Reason(Channel) | AnomalyReasons.OverBudget : AnomalyReasons.None,
    };
}
