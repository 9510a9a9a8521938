namespace Vouch.TrustEngine.Imaging;

/// <summary>What <see cref="FrameCheckCalibration"/> measured.</summary>
/// <param name="Cheats">The power against every cheat, in the order they were given.</param>
/// <param name="HonestTrials">The checks of honest crops.</param>
/// <param name="HonestRefused">How many of them were rejected.</param>
/// <param name="HonestRefusedUpper">An upper confidence bound on the probability that an honest check is rejected.</param>
/// <param name="Confidence">The confidence of the bounds.</param>
public sealed record FrameCalibrationReport(IReadOnlyList<CheatPower> Cheats, long HonestTrials, long HonestRefused, double HonestRefusedUpper, double Confidence)
{
    /// <summary>Gets a lower bound on the probability that one check finds any of the cheats: the lowest of their bounds, or 0 where there are none. Fit for an acceptance policy's detection power.</summary>
    public double DetectionPower => Cheats.Count == 0 ? 0 : Cheats.Min(static cheat => cheat.PowerLower);
}
