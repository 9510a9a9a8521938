namespace Vouch.AnomalyDetection.Seasonality;

/// <summary>A pattern that comes back at a fixed distance in time.</summary>
/// <param name="Period">The distance, in the unit of the times given: rows, seconds, whatever they were.</param>
/// <param name="Strength">The share of the detrended variance that the pattern explains in stretches it was not learnt from, in (0, 1].</param>
/// <param name="Consistency">The mean correlation of one stretch's pattern with that of the others, in (0, 1].</param>
/// <param name="PValue">The chance of so consistent a pattern where there is none, after correction for the number of periods tried.</param>
/// <param name="Cycles">How often the period fits into the data.</param>
public sealed record Season(double Period, double Strength, double Consistency, double PValue, double Cycles);
