using Vouch.Statistics.Intervals;

namespace Vouch.TrustEngine.Imaging;

/// <summary>Measures, on crops of the job at hand, how surely a frame check finds the usual cheats: the evidence behind an acceptance policy's detection power.</summary>
/// <remarks>
/// The verifier renders every sample crop once more than a check needs and lets that render play the honest worker; forged crops are made from it. Bounds are Clopper and Pearson's exact ones
/// (C. J. Clopper, E. S. Pearson, Biometrika 26(4), 1934), taken at 1 - (1 - confidence) / cheats so that all hold at once. They hold for crops drawn as the sample was: draw it from the whole frame.
/// O(checks × cheats) checks. Immutable and safe to call from any thread as far as the given cheats are.
/// </remarks>
public sealed class FrameCheckCalibration
{
    private readonly NoiseAwareFrameCheck _check;
    private readonly double _confidence;

    /// <summary>Initializes a calibration.</summary>
    /// <param name="check">The check to measure.</param>
    /// <param name="confidence">The confidence of the bounds, in (0, 1).</param>
    /// <exception cref="ArgumentNullException"><paramref name="check"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="confidence"/> is outside its range.</exception>
    public FrameCheckCalibration(NoiseAwareFrameCheck check, double confidence = 0.95)
    {
        ArgumentNullException.ThrowIfNull(check);
        if (!(confidence is > 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(confidence), confidence, "The confidence lies in (0, 1).");
        }

        _check = check;
        _confidence = confidence;
    }

    /// <summary>Measures the power against cheats.</summary>
    /// <param name="checks">The checks: each the crops that one check looks at, with a further honest render as candidate. 30 or more say something; 300 bound the power near 99 %.</param>
    /// <param name="cheats">The cheats; null for <see cref="FrameCheats.Standard"/>.</param>
    /// <param name="cancellationToken">Stops between two checks.</param>
    /// <returns>The report.</returns>
    /// <exception cref="ArgumentNullException">An argument or an element is null.</exception>
    /// <exception cref="ArgumentException">There are no checks, one has no crops, or the crops of one differ in channels or renders.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public FrameCalibrationReport Measure(
        IReadOnlyList<IReadOnlyList<FrameCrop>> checks, IReadOnlyList<FrameCheat>? cheats = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(checks);
        cheats ??= FrameCheats.Standard;
        if (checks.Count == 0)
        {
            throw new ArgumentException("A calibration takes at least one check.", nameof(checks));
        }

        long refused = 0;
        foreach (IReadOnlyList<FrameCrop> crops in checks)
        {
            cancellationToken.ThrowIfCancellationRequested();
            refused += _check.Check(crops).Outcome == FrameOutcome.Invalid ? 1 : 0;
        }

        var powers = new CheatPower[cheats.Count];
        for (int cheat = 0; cheat < powers.Length; cheat++)
        {
            ArgumentNullException.ThrowIfNull(cheats[cheat], nameof(cheats));
            powers[cheat] = Measure(checks, cheats[cheat], 1 - ((1 - _confidence) / cheats.Count), cancellationToken);
        }

        return new FrameCalibrationReport(
            Array.AsReadOnly(powers), checks.Count, refused, BinomialInterval.ClopperPearsonUpper(refused, checks.Count, _confidence), _confidence);
    }

    private CheatPower Measure(IReadOnlyList<IReadOnlyList<FrameCrop>> checks, FrameCheat cheat, double confidence, CancellationToken cancellationToken)
    {
        long trials = 0, found = 0;
        for (int check = 0; check < checks.Count; check++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var forged = new FrameCrop[checks[check].Count];
            bool possible = true;
            for (int crop = 0; crop < forged.Length && possible; crop++)
            {
                float[]? pixels = cheat.Forge(new FrameForgery(checks, check, crop));
                possible = pixels is not null;
                forged[crop] = new FrameCrop(checks[check][crop].Shape, pixels, checks[check][crop].Renders);
            }

            if (possible)
            {
                trials++;
                found += _check.Check(forged).Outcome == FrameOutcome.Invalid ? 1 : 0;
            }
        }

        return new CheatPower(cheat.Name, trials, found, trials == 0 ? 0 : BinomialInterval.ClopperPearsonLower(found, trials, confidence));
    }
}
