using RenderFarm.Tracing;
using RenderFarm.Workers;
using Vouch.Statistics.Intervals;
using Vouch.TrustEngine.Imaging;

namespace RenderFarm.Verification;

/// <summary>
/// What a check is worth on this scene, measured before anyone is trusted: the verifier forges tiles itself in the usual ways and counts how many a check
/// catches. The power that the job reckons with is the lower Clopper-Pearson bound for the way of cheating that is caught least often.
/// </summary>
/// <param name="Power">A lower bound on the chance that a check catches a forgery, at the stated confidence.</param>
/// <param name="Confidence">One-sided, for all ways together (Bonferroni).</param>
/// <param name="Trials">Forgeries per way.</param>
/// <param name="Caught">How many of them were caught, by way.</param>
/// <param name="FalseAlarms">How many of as many honest tiles failed.</param>
/// <param name="Rays">The work it took.</param>
internal sealed record CheckCalibration(double Power, double Confidence, int Trials, IReadOnlyDictionary<Misconduct, int> Caught, int FalseAlarms, long Rays)
{
    public const int DefaultTrials = 96;

    // What cannot be seen in the form of an answer alone. A denoised or a collusive forgery is a way of having too few samples, yet it must be caught as it is.
    private static readonly Misconduct[] Ways =
    [
        Misconduct.TooFewSamples, Misconduct.UpscaledLowResolution, Misconduct.StaleTile, Misconduct.Tinted, Misconduct.Blank, Misconduct.Colluding, Misconduct.Denoised,
    ];

    public static CheckCalibration Measure(
        RenderScene scene, IReadOnlyList<TileUnit> units, CropCheck check, ulong seed, Action<double> progress, CancellationToken cancellationToken, int trials = DefaultTrials)
    {
        var caught = new int[Ways.Length];
        int falseAlarms = 0;
        int done = 0;
        long rays = 0;
        var forger = new Forger(scene, CounterRandom.Combine(seed, 40), CounterRandom.Combine(seed, 41));
        Parallel.For(0, trials, new ParallelOptions { CancellationToken = cancellationToken }, trial =>
        {
            // Evenly over the picture: every kind of surface is tried.
            TileUnit unit = units[(int)((long)trial * units.Count / trials)];
            IReadOnlyList<CropCheck.Window> windows = check.Open(unit, CounterRandom.Combine(seed, 42, (ulong)trial), cancellationToken);
            for (int way = -1; way < Ways.Length; way++)
            {
                // Only what shows in the windows is forged: the rest of the tile would not be looked at.
                Misconduct kind = way < 0 ? Misconduct.None : Ways[way];
                ImageTile[] sent = [.. windows.Select(window => forger.Make(unit with { Region = window.Region }, kind, null, cancellationToken).AsImage())];
                if (check.Judge(windows, sent).Outcome == FrameOutcome.Rejected)
                {
                    Interlocked.Increment(ref way < 0 ? ref falseAlarms : ref caught[way]);
                }
            }

            // Honest, stale and tinted windows cost as much as one render of the verifier's, the others half of that together.
            Interlocked.Add(ref rays, (long)(windows.Sum(static window => window.Rays) * 2.75));
            progress((double)Interlocked.Increment(ref done) / trials);
        });

        const double Confidence = 0.95;
        double each = 1 - ((1 - Confidence) / Ways.Length);
        double power = BinomialInterval.ClopperPearsonLower(caught.Min(), trials, each);
        return new CheckCalibration(power, Confidence, trials, Ways.Zip(caught).ToDictionary(static pair => pair.First, static pair => pair.Second), falseAlarms, rays);
    }
}
