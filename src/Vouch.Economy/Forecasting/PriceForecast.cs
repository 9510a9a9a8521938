using Vouch.Economy.Pricing;

namespace Vouch.Economy.Forecasting;

/// <summary>What prices are expected, between which bounds, and how good such bounds were so far.</summary>
/// <param name="Expected">The prices expected.</param>
/// <param name="Lower">The lower bounds, slot by slot.</param>
/// <param name="Upper">The upper bounds, slot by slot.</param>
/// <param name="Coverage">The share of the slots whose price is promised to lie between the bounds, as far as the past repeats itself.</param>
/// <param name="BacktestCoverage">The share of the past slots that lay between the bounds that were made before them; null where the past is too short to tell.</param>
/// <param name="Scenarios">Whole curves as they may come: the expected one with the errors of a past period added, the most recent first.</param>
public sealed record PriceForecast(
    PriceCurve Expected, PriceCurve Lower, PriceCurve Upper, double Coverage, double? BacktestCoverage, IReadOnlyList<PriceCurve> Scenarios);
