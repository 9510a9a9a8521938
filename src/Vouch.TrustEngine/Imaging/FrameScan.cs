using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Looks for local tampering in a whole frame, given one second render of it: patches, clones, watermarks, missing parts.</summary>
/// <remarks>
/// <para><b>Method.</b> In an honest frame the difference of the two renders is noise: symmetric about zero and independent from pixel to pixel, whatever its law. Where a part was changed, neighbouring differences agree.
/// Tiles overlap by half. In each, the pixels of one colour of a checkerboard are multiplied by the sum of their four neighbours (values bounded by an odd function of the tile's own scale, all channels together) and added up; under
/// independent signs of these pixels the sum over its root of squares exceeds t with a probability of at most exp(-t²/2) (W. Hoeffding, JASA 58, 1963, given the magnitudes; B. Efron, JASA 64, 1969). Bonferroni's inequality takes both colours and all tiles together.</para>
/// <para><b>Promise.</b> An honest frame is refused with a probability of at most <see cref="FrameCheckOptions.FalseAlarmRate"/> where pixels have noise of their own. Where a pixel filter spreads samples over neighbours, honest scores
/// are all shifted: scores are then taken from their median over the frame, in units of their spread (with 256 tiles and more), and the rate holds approximately. Where the median lies past the limit, or scores spread twice as far as noise does, a filter cannot be told from a change of the whole frame: inconclusive.</para>
/// <para><b>Not found.</b> Changes smaller than the noise, changes of single pixels, cheats that are everywhere alike (see <see cref="NoiseAwareFrameCheck"/> for those).</para>
/// <para>O(pixels × channels) time. Deterministic. Immutable and safe to call from any thread.</para>
/// </remarks>
public sealed class FrameScan
{
    // So many tiles say what is usual; forged ones are few among them.
    private const int LeastTiles = 256;

    // Scores of noise spread by 1.
    private const double WidestSpread = 2;

    private readonly FrameCheckOptions _options;

    /// <summary>Initializes a scan.</summary>
    /// <param name="options">False alarm rate and tolerances; copied. Null for the defaults.</param>
    /// <param name="tileSize">The side of the tiles in pixels, an even number in [8, 256]; patches of about this size and more are found.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="tileSize"/> is outside its range or odd.</exception>
    public FrameScan(FrameCheckOptions? options = null, int tileSize = 16)
    {
        options ??= new FrameCheckOptions();
        OptionsCheck.Require(options, new FrameCheckOptionsValidator(), new FrameCheckOptionsRules());
        if (tileSize is < 8 or > 256 || tileSize % 2 != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(tileSize), tileSize, "The tile size is an even number in [8, 256].");
        }

        _options = new FrameCheckOptions
        {
            FalseAlarmRate = options.FalseAlarmRate,
            SuspicionRate = options.SuspicionRate,
            AbsoluteTolerance = options.AbsoluteTolerance,
            RelativeTolerance = options.RelativeTolerance,
        };
        TileSize = tileSize;
    }

    /// <summary>Gets the side of the tiles in pixels.</summary>
    public int TileSize { get; }

    /// <summary>Compares a candidate with a second render.</summary>
    /// <param name="shape">The shape of the frame.</param>
    /// <param name="candidate">The worker's pixels. Wrong sizes and values that are no numbers are a verdict, not an error.</param>
    /// <param name="render">The verifier's, or another worker's, independent render of the whole frame.</param>
    /// <returns>The verdict with a score for every tile.</returns>
    /// <exception cref="ArgumentException"><paramref name="render"/> has another length than the shape says, or the shape is the default value.</exception>
    public FrameScanResult Compare(ImageShape shape, ReadOnlySpan<float> candidate, ReadOnlySpan<float> render)
    {
        if (shape.Length == 0 || render.Length != shape.Length)
        {
            throw new ArgumentException($"A render of shape {shape} holds {shape.Length} values, not {render.Length}.", nameof(render));
        }

        if (candidate.Length != shape.Length)
        {
            return FrameScanResult.Fact(FrameOutcome.Invalid, FrameDeviation.WrongSize, FormattableString.Invariant($"wrong size: {candidate.Length} values instead of the {shape.Length} of {shape}"));
        }

        if (!PlaneReader.AllFinite(render))
        {
            return FrameScanResult.Fact(FrameOutcome.Inconclusive, FrameDeviation.VerifierNonFinite, "the second render holds NaN or an infinity");
        }

        if (!PlaneReader.AllFinite(candidate))
        {
            return FrameScanResult.Fact(FrameOutcome.Invalid, FrameDeviation.NonFinite, "non-finite: holds NaN or an infinity");
        }

        var differences = new FrameDifferences(shape, candidate, render, _options);
        int side = Math.Min(TileSize, Math.Min(shape.Width, shape.Height)), step = Math.Max(1, side / 2);
        int columns = Steps(shape.Width, side, step), rows = Steps(shape.Height, side, step);
        float[] scores = new float[columns * rows];
        for (int tile = 0; tile < scores.Length; tile++)
        {
            scores[tile] = (float)differences.Score(At(tile % columns, shape.Width, side, step), At(tile / columns, shape.Height, side, step), side);
        }

        return Judge(shape, scores, columns, side, step, differences);
    }

    private static int Steps(int length, int side, int step) => ((length - side + step - 1) / step) + 1;

    // The last tile of a row lies against the edge.
    private static int At(int index, int length, int side, int step) => Math.Min(index * step, length - side);

    private FrameScanResult Judge(ImageShape shape, float[] scores, int columns, int side, int step, FrameDifferences differences)
    {
        // Where most tiles are equal the renderer has no noise, and what differs is no measure of it.
        // Median and spread count as far as they exceed two standard errors (a quarter of the overlapping tiles is independent): else chance would raise the limit.
        float[] told = [.. scores.Where(static score => score != 0).Order()];
        bool measured = told.Length >= LeastTiles && 2 * told.Length > scores.Length;
        double typical = measured ? Math.Max(0, told[told.Length / 2] - (2.5 / Math.Sqrt(told.Length))) : 0;
        float[] spreads = [.. told.Select(score => (float)Math.Abs(score - typical)).Order()];
        double spread = measured ? Math.Max(1, (1.4826 * spreads[spreads.Length / 2]) - (5 / Math.Sqrt(told.Length))) : 1;
        double tests = 2.0 * Math.Max(1, told.Length), limit = Math.Sqrt(2 * Math.Log(tests / _options.FalseAlarmRate));
        int worst = 0;
        for (int tile = 1; tile < scores.Length; tile++)
        {
            worst = scores[tile] > scores[worst] ? tile : worst;
        }

        var region = new CropRegion(At(worst % columns, shape.Width, side, step), At(worst / columns, shape.Height, side, step), side, side);
        double height = (scores[worst] - typical) / spread, p = height <= 0 ? 1 : Math.Min(1, tests * Math.Exp(-0.5 * height * height));
        bool everywhere = typical > limit || spread > WidestSpread;
        FrameOutcome outcome = p <= _options.FalseAlarmRate ? FrameOutcome.Invalid
            : p <= _options.SuspicionRate ? FrameOutcome.Suspicious
            : everywhere || (told.Length > 0 && Math.Sqrt(0.5 * side * side) <= limit) ? FrameOutcome.Inconclusive
            : FrameOutcome.Valid;
        List<FrameReason> reasons = [];
        if (outcome is FrameOutcome.Invalid or FrameOutcome.Suspicious)
        {
            reasons.Add(new FrameReason(FrameDeviation.DifferentPicture, -1, p, FormattableString.Invariant(
                $"different picture at ({region.X}, {region.Y}), {side} x {side} pixels: neighbouring differences agree with a score of {scores[worst]:0.0} (limit {(limit * spread) + typical:0.0}), mean difference {differences.MeanAbsolute(region):G3}")));
        }
        else if (outcome == FrameOutcome.Inconclusive)
        {
            reasons.Add(new FrameReason(FrameDeviation.TooLittleEvidence, -1, 1, everywhere
                ? FormattableString.Invariant($"neighbouring differences agree all over the frame (median score {typical:0.0}, spread {spread:0.0}): a pixel filter spreads the noise, or the whole frame was changed; check crops of it")
                : FormattableString.Invariant($"tiles of {side} x {side} pixels are too small for a frame of {shape} at this false alarm rate")));
        }

        return new FrameScanResult(outcome, p, reasons.AsReadOnly(), region, scores[worst], (limit * spread) + typical, typical, scores, columns, step);
    }
}
