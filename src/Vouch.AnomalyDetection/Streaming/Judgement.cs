namespace Vouch.AnomalyDetection.Streaming;

/// <summary>What the kernel finds out about one value on the way to its <see cref="Observation"/>.</summary>
internal struct Judgement
{
    public Judgement()
    {
    }

    /// <summary>The channel of the rarest new extreme; -1 without one.</summary>
    public int Channel = -1;

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
    public double Lower;
    public double Upper;
    public bool Alarms;

    /// <summary>What the ledgers add to the line, in nats.</summary>
    public float Held;

    /// <summary>Whether only the ledgers kept it from an alarm.</summary>
    public bool Withheld;

    /// <summary>What an alarm costs the budget: nothing where it is critical.</summary>
    public readonly float Charge => Alarms && Severity != AnomalySeverity.Critical ? 1 : 0;

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

    public readonly Observation ToObservation(in SeriesState s, KernelSettings settings, int epoch)
    {
        _ = settings;
        double score;
        if (Alarms)
        {
            // share' / (share' + chance), the share lowered by feedback.
            score = Math.Max(0.5, 1 / (1 + Math.Exp(s.Caution + Held - Math.Log(Share) - Rarity)));
        }
        else
        {
            // Below the line, the share of observations at least as strange; a new extreme that may not alarm stays below it too.
            score = Math.Min(0.45, Allowed / (Allowed + PValue));
        }

        double history = Math.Min(s.Age, epoch / 2) * Allowed;
        bool open = s.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous or AnomalyState.Recovered;
        return new Observation(
            score,
            PValue,
            history / (1 + history),
            Expected,
            Lower,
            Upper,
            s.State,
            open ? s.Severity : Withheld ? Severity : AnomalySeverity.None,
            (open ? Streaming.Channel.Reason(s.EventChannel & 7) : AnomalyReasons.None) | (Withheld ? Streaming.Channel.Reason(Channel) | AnomalyReasons.OverBudget : AnomalyReasons.None),
            open ? new DateTimeOffset(s.SinceTicks, TimeSpan.Zero) : null);
    }
}
