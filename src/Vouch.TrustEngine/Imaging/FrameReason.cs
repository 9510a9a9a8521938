namespace Vouch.TrustEngine.Imaging;

/// <summary>One thing that speaks against a candidate, or that keeps a check from coming to a verdict.</summary>
/// <param name="Deviation">What kind of thing.</param>
/// <param name="Crop">The index of the crop it shows in, or -1 where all crops together show it.</param>
/// <param name="PValue">How probable so strong a deviation is for an honest candidate, corrected for the number of statistics; 0 for plain facts such as a wrong size.</param>
/// <param name="Text">The same in words, with figures.</param>
public sealed record FrameReason(FrameDeviation Deviation, int Crop, double PValue, string Text);
