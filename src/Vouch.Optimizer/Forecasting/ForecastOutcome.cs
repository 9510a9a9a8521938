namespace Vouch.Optimizer.Forecasting;

/// <summary>A pilot and what a later render of the same scene and configuration measured: one piece of history to calibrate forecasts with.</summary>
/// <param name="Pilot">The pilot's measurements.</param>
/// <param name="Actual">What the render with more samples measured, in the same units and at the same pixel count.</param>
public sealed record ForecastOutcome(IReadOnlyList<PilotMeasurement> Pilot, PilotMeasurement Actual);
