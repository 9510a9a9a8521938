using RenderFarm.Tracing;
using RenderFarm.Workers;
using Vouch.TrustEngine.Imaging;

namespace RenderFarm.Verification;

/// <summary>
/// What a check is worth on this scene, measured before anyone is trusted: the verifier forges tiles itself in the usual ways and counts how many a check
/// catches. The job reckons with the bound for the way of cheating that is caught least often.
/// </summary>
/// <param name="Report">Power and false alarms, with their bounds.</param>
/// <param name="Rays">The work it took.</param>
internal sealed record CheckCalibration(FrameCalibrationReport Report, long Rays)
{
    /// <summary>Forgeries per way: if all are caught, the power is at least 95 % at 95 % confidence for all ways together.</summary>
    private const int Trials = 96;

    private static readonly Misconduct[] Ways =
    [
        Misconduct.TooFewSamples, Misconduct.UpscaledLowResolution, Misconduct.StaleTile, Misconduct.Tinted, Misconduct.Blank, Misconduct.Colluding, Misconduct.Denoised,
    ];

    public double Power => Report.DetectionPower;

    public static CheckCalibration Measure(
        RenderScene scene, IReadOnlyList<TileUnit> units, CropCheck check, ulong seed, Action<double> progress, CancellationToken cancellationToken)
    {
        var honest = new IReadOnlyList<FrameCrop>[Trials];
        var forged = new float[Ways.Length][][][];
        for (int way = 0; way < Ways.Length; way++)
        {
            forged[way] = new float[Trials][][];
        }

        int done = 0;
        long rays = 0;
        var forger = new Forger(scene, CounterRandom.Combine(seed, 40), CounterRandom.Combine(seed, 41));
        Parallel.For(0, Trials, new ParallelOptions { CancellationToken = cancellationToken }, trial =>
        {
            // Evenly over the picture: every kind of surface is tried. Only what shows in the windows is forged: nothing else is looked at.
            TileUnit unit = units[(int)((long)trial * units.Count / Trials)];
            IReadOnlyList<CropCheck.Window> windows = check.Open(unit, CounterRandom.Combine(seed, 42, (ulong)trial), cancellationToken);
            honest[trial] = CropCheck.Crops(windows, Send(Misconduct.None));
            for (int way = 0; way < Ways.Length; way++)
            {
                forged[way][trial] = [.. Send(Ways[way]).Select(static sent => sent.Rgb)];
            }

            // Honest, stale and tinted windows cost as much as one render of the verifier's, the others half of that together.
            Interlocked.Add(ref rays, (long)(windows.Sum(static window => window.Rays) * 2.75));
            progress((double)Interlocked.Increment(ref done) / Trials);

            ImageTile[] Send(Misconduct kind) =>
                [.. windows.Select(window => forger.Make(unit with { Region = window.Region }, kind, null, cancellationToken).AsImage())];
        });

        FrameCheat[] cheats = [.. Ways.Select((way, index) => new FrameCheat(Misdeeds.Name(way), forgery => forged[index][forgery.Check][forgery.Crop]))];
        return new CheckCalibration(new FrameCheckCalibration(check.Check).Measure(honest, cheats, cancellationToken), rays);
    }
}
