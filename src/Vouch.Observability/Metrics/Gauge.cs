namespace Vouch.Observability.Metrics;

/// <summary>A value that goes up and down: the last one set counts.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public sealed class Gauge : MetricSeries
{
    private double _value;

    internal Gauge(MetricFamily family, KeyValuePair<string, object?>[] tags, ulong hash, bool isOverflow)
        : base(family, tags, hash, isOverflow)
    {
    }

    /// <summary>Gets the value; 0 before the first.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>Sets the value.</summary>
    /// <param name="value">Any number.</param>
    public void Set(double value) => Volatile.Write(ref _value, value);

    /// <summary>Adds to the value, atomically.</summary>
    /// <param name="step">How much; may be negative.</param>
    public void Add(double step)
    {
        double before = Volatile.Read(ref _value);
        while (true)
        {
            double found = Interlocked.CompareExchange(ref _value, before + step, before);

            // By bits: NaN is not equal to itself.
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(before))
            {
                return;
            }

            before = found;
        }
    }

    internal override MetricPoint Read() => new(this, Value, null, 0);
}
