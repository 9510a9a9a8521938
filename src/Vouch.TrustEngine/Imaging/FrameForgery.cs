namespace Vouch.TrustEngine.Imaging;

/// <summary>What a <see cref="FrameCheat"/> has to work with.</summary>
/// <param name="Checks">All checks of the calibration, each with its crops, the candidate being honest.</param>
/// <param name="Check">The index of the check at hand.</param>
/// <param name="Crop">The index of the crop at hand.</param>
public readonly record struct FrameForgery(IReadOnlyList<IReadOnlyList<FrameCrop>> Checks, int Check, int Crop)
{
    /// <summary>Gets the crop at hand.</summary>
    public FrameCrop Honest => Checks[Check][Crop];
}
