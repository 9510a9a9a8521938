namespace Vouch.AnomalyDetection.Correlation;

/// <summary>The means of the latest rows.</summary>
internal sealed class RowWindow(int columns, int window)
{
    private readonly double[] _rows = new double[columns * window];
    private readonly double[] _sums = new double[columns];
    private readonly double[] _means = new double[columns];
    private int _count;
    private int _next;

    public ReadOnlySpan<double> Means => _means;

    public void Add(ReadOnlySpan<double> row)
    {
        Span<double> place = _rows.AsSpan(_next * columns, columns);
        for (int column = 0; column < columns; column++)
        {
            _sums[column] += row[column] - (_count == window ? place[column] : 0);
        }

        row.CopyTo(place);
        _count = Math.Min(_count + 1, window);
        _next = (_next + 1) % window;
        if (_next == 0)
        {
            // Summed anew once per window: rounding does not gather, and a huge value leaves nothing behind.
            Array.Clear(_sums);
            for (int cell = 0; cell < _count * columns; cell++)
            {
                _sums[cell % columns] += _rows[cell];
            }
        }

        for (int column = 0; column < columns; column++)
        {
            _means[column] = _sums[column] / _count;
        }
    }
}
