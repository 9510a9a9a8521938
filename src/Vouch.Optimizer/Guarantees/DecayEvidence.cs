namespace Vouch.Optimizer.Guarantees;

/// <summary>
/// Evidence that scores have fallen below what was expected, from some outcome on: a mixture over the unknown start and over how deep the fall is, of likelihood ratios that are fair or losing bets as
/// long as the expectation holds.
/// </summary>
/// <remarks>
/// An e-process: while every score has a mean at or above its expectation given the past, the chance that it ever reaches 1 / alpha is at most alpha. Constant memory, constant time: one number per depth
/// carries all starts. Source: J. Shin, A. Ramdas, A. Rinaldo, <i>E-detectors</i>, New England J. Statistics in Data Science (2023).
/// </remarks>
internal struct DecayEvidence
{
    // Starts are weighed as (t + 1000)^-1.5: a fall after many outcomes costs little more patience than an early one.
    private const double StartScale = 1_000;
    private const double Floor = 0.01;

    private double _shallow;
    private double _middle;
    private double _deep;
    private double _unspent;

    /// <summary>Gets the number of outcomes.</summary>
    public long Count { get; private set; }

    /// <summary>Gets the e-value.</summary>
    public readonly double EValue => ((_shallow + _middle + _deep) / 3) + (Count == 0 ? 1 : _unspent);

    /// <summary>Takes an outcome.</summary>
    /// <param name="expected">The least mean that keeps the expectation, in [0, 1].</param>
    /// <param name="score">The score, in [0, 1].</param>
    public void Add(double expected, double score)
    {
        // The weight of all starts from here on is 1 / sqrt(1 + t / scale).
        double before = 1 / Math.Sqrt(1 + (Count / StartScale));
        Count++;
        _unspent = 1 / Math.Sqrt(1 + (Count / StartScale));
        double start = before - _unspent;
        double m = Math.Clamp(expected, Floor, 1 - Floor);
        _shallow = Math.Min(1e300, (_shallow + start) * Ratio(m, 0.88 * m, score));
        _middle = Math.Min(1e300, (_middle + start) * Ratio(m, 0.78 * m, score));
        _deep = Math.Min(1e300, (_deep + start) * Ratio(m, 0.5 * m, score));
    }

    // Linear and falling in the score, 1 on average where the mean is m: also fair for graded scores.
    private static double Ratio(double m, double lower, double score) => (score * lower / m) + ((1 - score) * (1 - lower) / (1 - m));
}
