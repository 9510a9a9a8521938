namespace Vouch.Optimizer.Forecasting;

/// <summary>How far past forecasts missed, each in half widths of its own reference interval, in ascending order.</summary>
internal sealed class CalibrationScores
{
    /// <summary>The level of the intervals whose half widths the scores are counted in.</summary>
    public const double ReferenceConfidence = 0.9;

    /// <summary>The chance, over the draw of the history, that intervals made from it cover at least what they say.</summary>
    private const double Assurance = 0.75;

    private readonly double[] _sorted;

    public CalibrationScores(IEnumerable<double> scores)
    {
        _sorted = [.. scores.Where(static score => !double.IsNaN(score))];
        Array.Sort(_sorted);
    }

    public static CalibrationScores None { get; } = new([]);

    public int Count => _sorted.Length;

    /// <summary>
    /// The factor on the reference half width that makes intervals of the asked level: the k-th smallest score, k the least rank for which the true coverage
    /// is at least the level with the stated assurance. False where the history is too short for that level.
    /// </summary>
    /// <remarks>
    /// Source: V. Vovk, <i>Conditional validity of inductive conformal predictors</i>, ACML 2012: given the history, coverage of the k-th of m scores is
    /// Beta(k, m + 1 - k), so it is at least c with chance P(Binomial(m, c) &lt;= k - 1).
    /// </remarks>
    public bool TryGetMultiplier(double confidence, out double multiplier)
    {
        int count = _sorted.Length;
        double logTerm = count * Math.Log(1 - confidence);
        double logOdds = Math.Log(confidence) - Math.Log(1 - confidence);
        double cumulative = 0;
        for (int k = 1; k <= count; k++)
        {
            cumulative += Math.Exp(logTerm);
            logTerm += Math.Log((double)(count - k + 1) / k) + logOdds;
            if (cumulative >= Assurance)
            {
                multiplier = _sorted[k - 1];
                return true;
            }
        }

        multiplier = double.NaN;
        return false;
    }
}
