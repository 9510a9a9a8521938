using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Backtesting;

/// <summary>A row of a recorded series and its judgement.</summary>
/// <param name="Time">The time stamp.</param>
/// <param name="Value">The value; NaN where it is missing.</param>
/// <param name="Judgement">The judgement.</param>
public readonly record struct BacktestPoint(DateTimeOffset Time, double Value, Observation Judgement);
