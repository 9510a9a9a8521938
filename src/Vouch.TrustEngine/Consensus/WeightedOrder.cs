namespace Vouch.TrustEngine.Consensus;

/// <summary>Values in order with their cumulated weights: every quantile of one set of ballots for one sort. Weights add up to about 1.</summary>
internal sealed class WeightedOrder
{
    // Sums of as many as a million weights are right to about 1e-13; equal halves must compare as equal.
    private const double Slack = 1e-13;

    private readonly double[] _values;
    private readonly double[] _cumulated;

    public WeightedOrder(ReadOnlySpan<double> values, ReadOnlySpan<double> weights)
    {
        var pairs = new (double Value, double Weight)[values.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            // -0 and +0 are one value; equal values are put in order of weight, so that sums do not depend on the order given.
            pairs[i] = (values[i] + 0.0, weights[i]);
        }

        Array.Sort(pairs);
        _values = new double[pairs.Length];
        _cumulated = new double[pairs.Length];
        double sum = 0;
        for (int i = 0; i < pairs.Length; i++)
        {
            sum += pairs[i].Weight;
            _values[i] = pairs[i].Value;
            _cumulated[i] = sum;
        }
    }

    public double Total => _cumulated.Length == 0 ? 0 : _cumulated[^1];

    /// <summary>The smallest value whose cumulated weight reaches a weight.</summary>
    public double Reaching(double weight) => At(Array.FindIndex(_cumulated, cumulated => cumulated >= weight - Slack));

    /// <summary>The smallest value whose cumulated weight exceeds a weight.</summary>
    public double Exceeding(double weight) => At(Array.FindIndex(_cumulated, cumulated => cumulated > weight + Slack));

    /// <summary>The greatest value at or above which the values weigh more than a weight.</summary>
    public double ExceedingFromAbove(double weight)
    {
        double sum = 0;
        for (int i = _values.Length - 1; i >= 0; i--)
        {
            sum += _cumulated[i] - (i == 0 ? 0 : _cumulated[i - 1]);
            if (sum > weight + Slack)
            {
                return _values[i];
            }
        }

        return _values[0];
    }

    private double At(int index) => index < 0 ? _values[^1] : _values[index];
}
