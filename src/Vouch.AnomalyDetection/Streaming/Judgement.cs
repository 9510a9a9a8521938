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
    public double Share;
    public float PValue;
    public double Expected;
    public double Lower;
    public double Upper;
    public bool Alarms;

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
            score = 1 / (1 + Math.Exp(s.Caution - Math.Log(Share) - Rarity));
        }
        else
        {
            // Below the line, the share of observations at least as strange; a new extreme that may not alarm stays below it too.
            score = Math.Min(0.45, Share / (Share + PValue));
        }

        double history = Math.Min(s.Age, epoch / 2) * Share;
        bool open = s.State is AnomalyState.Anomalous or AnomalyState.StillAnomalous or AnomalyState.Recovered;
        return new Observation(
            score,
            PValue,
            history / (1 + history),
            Expected,
            Lower,
            Upper,
            s.State,
            open ? s.Severity : AnomalySeverity.None,
            open ? Streaming.Channel.Reason(s.EventChannel & 7) : AnomalyReasons.None,
            open ? new DateTimeOffset(s.SinceTicks, TimeSpan.Zero) : null);
    }
}
