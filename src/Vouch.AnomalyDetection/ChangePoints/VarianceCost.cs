namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>Twice the negative logarithmic likelihood of normal values of mean zero and the stretch's own variance, less a constant.</summary>
internal sealed class VarianceCost : SegmentCost
{
    private readonly double[] _squares;

    /// <param name="residuals">Values about zero, of overall variance near 1.</param>
    public VarianceCost(ReadOnlySpan<double> residuals)
        : base(residuals.Length)
    {
        _squares = new double[Count + 1];
        for (int i = 0; i < Count; i++)
        {
            _squares[i + 1] = _squares[i] + (residuals[i] * residuals[i]);
        }
    }

    /// <summary>A variance from fewer rows says little: ten give it to within a half.</summary>
    public override int Shortest => 10;

    public override int Parameters => 2;

    public override double Of(int from, int to) => (to - from) * Math.Log(Variance(from, to));

    public double Variance(int from, int to) => Math.Max((_squares[to] - _squares[from]) / (to - from), 1e-12);
}
