namespace Vouch.TrustEngine.Imaging;

/// <summary>What <see cref="FrameScan"/> found, with a score for every tile: a heat map.</summary>
public sealed record FrameScanResult
{
    internal FrameScanResult(
        FrameOutcome outcome, double pValue, IReadOnlyList<FrameReason> reasons, CropRegion worstTile, double worstScore, double limit, double typicalScore, ReadOnlyMemory<float> heatMap, int columns, int step)
    {
        Outcome = outcome;
        PValue = pValue;
        Reasons = reasons;
        WorstTile = worstTile;
        WorstScore = worstScore;
        Limit = limit;
        TypicalScore = typicalScore;
        HeatMap = heatMap;
        Columns = columns;
        Step = step;
    }

    /// <summary>Gets what the scan came to.</summary>
    public FrameOutcome Outcome { get; }

    /// <summary>Gets whether nothing speaks against the frame.</summary>
    public bool Passed => Outcome == FrameOutcome.Valid;

    /// <summary>Gets a bound on the probability that any tile of an honest frame scores as high, in [0, 1]; 0 for plain facts such as a wrong size.</summary>
    public double PValue { get; }

    /// <summary>Gets what speaks against the frame, or why there is no verdict. Empty when it passed.</summary>
    public IReadOnlyList<FrameReason> Reasons { get; }

    /// <summary>Gets the tile with the highest score; the default value where nothing was compared.</summary>
    public CropRegion WorstTile { get; }

    /// <summary>Gets the highest score: about 0 ± 1 for noise, up to the root of half the tile's pixels for a change that drowns the noise.</summary>
    public double WorstScore { get; }

    /// <summary>Gets the score past which a tile is refused.</summary>
    public double Limit { get; }

    /// <summary>Gets the median score of the tiles, as far as it is surely above 0, which it is where noise is spread over neighbouring pixels.</summary>
    public double TypicalScore { get; }

    /// <summary>Gets the score of every tile, row after row; empty where nothing was compared.</summary>
    public ReadOnlyMemory<float> HeatMap { get; }

    /// <summary>Gets the tiles in a row of the heat map.</summary>
    public int Columns { get; }

    /// <summary>Gets the pixels from one tile to the next; the last of a row or column lies against the edge.</summary>
    public int Step { get; }

    /// <summary>Returns outcome, p-value and reasons in words.</summary>
    public override string ToString() => Reasons.Count == 0
        ? FormattableString.Invariant($"{Outcome} (p = {PValue:G3})")
        : FormattableString.Invariant($"{Outcome} (p = {PValue:G3}): {string.Join("; ", Reasons.Select(reason => reason.Text))}");

    internal static FrameScanResult Fact(FrameOutcome outcome, FrameDeviation deviation, string text)
    {
        double p = outcome == FrameOutcome.Invalid ? 0 : 1;
        return new FrameScanResult(outcome, p, [new FrameReason(deviation, -1, p, text)], default, double.NaN, double.NaN, double.NaN, default, 0, 0);
    }
}
