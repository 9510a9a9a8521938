namespace Vouch.TrustEngine.Imaging;

/// <summary>A way to cheat, for <see cref="FrameCheckCalibration"/>: makes from an honest crop what a cheat would send in its place.</summary>
/// <param name="Name">Its name in reports.</param>
/// <param name="Forge">Makes the forged pixels of one crop, of the crop's length; null where this crop does not allow the cheat, which leaves the whole check out of the count.</param>
public sealed record FrameCheat(string Name, Func<FrameForgery, float[]?> Forge);
