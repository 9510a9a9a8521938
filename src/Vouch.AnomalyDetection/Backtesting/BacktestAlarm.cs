using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Backtesting;

/// <summary>An alarm that a detector would have raised.</summary>
/// <param name="Row">The row of the value, from 0.</param>
/// <param name="Time">Its time stamp.</param>
/// <param name="Value">The value.</param>
/// <param name="Judgement">The judgement of it.</param>
public sealed record BacktestAlarm(int Row, DateTimeOffset Time, double Value, Observation Judgement);
