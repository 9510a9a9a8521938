namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>What an online change detector thinks after a value.</summary>
/// <param name="Probability">The probability that a change happened within the last <see cref="OnlineChangeDetector.Delay"/> values, given all values so far.</param>
/// <param name="RunLength">The most probable number of values since the last change.</param>
/// <param name="Changed">Whether a change is announced with this value; each change is announced once.</param>
public readonly record struct OnlineChange(double Probability, int RunLength, bool Changed);
