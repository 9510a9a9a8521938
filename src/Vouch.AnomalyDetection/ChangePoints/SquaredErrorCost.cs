namespace Vouch.AnomalyDetection.ChangePoints;

/// <summary>The squared error of the best constant or the best line.</summary>
internal sealed class SquaredErrorCost : SegmentCost
{
    private readonly double[] _sum;
    private readonly double[] _squares;
    private readonly double[] _moment;
    private readonly bool _line;

    /// <param name="values">Finite values, best centred and scaled.</param>
    /// <param name="line">Whether a line is fitted instead of a constant.</param>
    public SquaredErrorCost(ReadOnlySpan<double> values, bool line)
        : base(values.Length)
    {
        _line = line;
        _sum = new double[Count + 1];
        _squares = new double[Count + 1];
        _moment = new double[Count + 1];
        for (int i = 0; i < Count; i++)
        {
            _sum[i + 1] = _sum[i] + values[i];
            _squares[i + 1] = _squares[i] + (values[i] * values[i]);
            _moment[i + 1] = _moment[i] + (i * values[i]);
        }
    }

    public override int Shortest => _line ? 3 : 2;

    public override int Parameters => _line ? 3 : 2;

    public override double Of(int from, int to)
    {
        double n = to - from;
        double sum = _sum[to] - _sum[from];
        double error = _squares[to] - _squares[from] - (sum * sum / n);
        if (_line && n > 1)
        {
            double product = Product(from, to, sum);
            error -= product * product / Spread(n);
        }

        return Math.Max(0, error);
    }

    public double Slope(int from, int to) => _line && to - from > 1 ? Product(from, to, _sum[to] - _sum[from]) / Spread(to - from) : 0;

    /// <summary>The fitted value at a row, which may lie outside the segment.</summary>
    public double Fitted(int from, int to, double row) =>
        ((_sum[to] - _sum[from]) / (to - from)) + (Slope(from, to) * (row - ((from + to - 1) / 2.0)));

    private static double Spread(double n) => n * ((n * n) - 1) / 12;

    private double Product(int from, int to, double sum) => _moment[to] - _moment[from] - (sum * (from + to - 1) / 2);
}
