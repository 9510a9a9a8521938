namespace Vouch.Observability.Slo;

public sealed partial class SloTracker
{
    /// <summary>Counts a measurement of an instrument.</summary>
    /// <param name="value">What was recorded.</param>
    /// <param name="isCount">Whether the value is a number of events; otherwise it is one event.</param>
    /// <param name="factor">Brings the value into the threshold's unit, see <see cref="Units.Convert"/>.</param>
    /// <param name="classify">Says what it is; null to compare it with the threshold.</param>
    /// <param name="tags">Its tags.</param>
    internal void Take(double value, bool isCount, double factor, EventClassifier? classify, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (classify is null)
        {
            Record(Units.Convert(value, factor));
            return;
        }

        EventVerdict verdict = classify(value, tags);
        if (verdict == EventVerdict.Ignore)
        {
            return;
        }

        // A counter's step of a fraction, NaN or less than one counts nothing.
        long events = !isCount ? 1 : value >= 1 ? (long)Math.Min(value, 1e15) : 0;
        _counts.Add(events, verdict == EventVerdict.Bad ? events : 0);
    }

    /// <summary>Gives by what values are brought into the threshold's unit.</summary>
    /// <param name="name">What the values are called.</param>
    /// <param name="unit">Their unit; where none is stated it is taken to be the threshold's.</param>
    /// <exception cref="ArgumentException">The units do not measure the same thing, or there is no threshold to compare values with.</exception>
    internal double FactorFor(string name, string? unit)
    {
        if (_values is not { } values)
        {
            throw new ArgumentException($"The objective '{Name}' has no threshold to compare the values of '{name}' with.", nameof(name));
        }

        return string.IsNullOrEmpty(unit) || string.IsNullOrEmpty(values.Unit) ? 1 : Units.Factor(unit, values.Unit)
            ?? throw new ArgumentException($"'{name}' is in {unit}, the threshold of '{Name}' in {values.Unit}.", nameof(unit));
    }
}
