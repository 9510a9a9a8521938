namespace Vouch.Observability.Slo;

/// <summary>One declared objective: where its events are reported and where it stands.</summary>
/// <remarks>
/// Made by <see cref="SloEngine.Declare(ServiceLevelObjective, IReadOnlyList{BurnRateAlert}?)"/>. Safe for concurrent use; recording takes no lock, reads no clock and allocates nothing.
/// </remarks>
public sealed partial class SloTracker
{
    private readonly SloEngine _engine;
    private readonly EventCounts _counts = new();
    private readonly SloState _state;
    private readonly Lock _gate = new();
    private readonly long _firstSlot;
    private readonly Indicator? _values;
    private readonly bool _meetingIsBad;
    private long _closedTotal;
    private long _closedBad;

    internal SloTracker(SloEngine engine, ServiceLevelObjective objective, IReadOnlyList<BurnRateAlert> alerts, SloOptions options, long firstSlot)
    {
        _engine = engine;
        _state = new SloState(objective, alerts, options);
        _firstSlot = firstSlot;
        Indicator events = objective.Indicator.Within ?? objective.Indicator;
        _values = events.Kind == IndicatorKind.Threshold ? events : null;

        // Within a slice it is the slice's own comparison that says which events are bad.
        Comparison share = objective.Indicator.Kind == IndicatorKind.TimeSlices ? objective.Indicator.Comparison : objective.Comparison;
        _meetingIsBad = share is Comparison.AtMost or Comparison.Below;
    }

    /// <summary>Gets the objective.</summary>
    public ServiceLevelObjective Objective => _state.Objective;

    /// <summary>Gets the objective's name.</summary>
    public string Name => _state.Objective.Name;

    /// <summary>Gets the alerts that can never fire: look at them once, when you declare the objective.</summary>
    public IReadOnlyList<UnreachableAlert> Unreachable => _state.Unreachable;

    /// <summary>Counts one event.</summary>
    /// <param name="good">Whether it was good.</param>
    public void Record(bool good) => _counts.Add(1, good ? 0 : 1);

    /// <summary>Counts events.</summary>
    /// <param name="good">How many were good, 0 or more.</param>
    /// <param name="bad">How many were bad, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    public void Record(long good, long bad)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(good);
        ArgumentOutOfRangeException.ThrowIfNegative(bad);
        _counts.Add(good + bad, bad);
    }

    /// <summary>Compares a value with the objective's threshold and counts it as good or bad. NaN is bad.</summary>
    /// <param name="value">The value, in the threshold's unit.</param>
    /// <exception cref="InvalidOperationException">The objective has no threshold.</exception>
    public void Record(double value)
    {
        if (_values is not { } values)
        {
            throw new InvalidOperationException($"The objective '{Name}' has no threshold: record events as good or bad.");
        }

        bool isBad = double.IsNaN(value) || values.Comparison.Holds(value, values.Threshold) == _meetingIsBad;
        _counts.Add(1, isBad ? 1 : 0);
    }

    /// <summary>Compares a duration with the objective's threshold and counts it as good or bad.</summary>
    /// <param name="value">The duration.</param>
    /// <exception cref="InvalidOperationException">The objective has no threshold, or not one of time.</exception>
    public void Record(TimeSpan value)
    {
        double seconds = Units.Factor("s", _values?.Unit)
            ?? throw new InvalidOperationException($"The objective '{Name}' has no threshold in a unit of time.");
        Record(Units.Convert(value.TotalSeconds, seconds));
    }

    /// <summary>Gives where the objective stands now. Alerts are judged up to the last whole slot; the budget includes the slot that is still open.</summary>
    public SloStatus Status() => _engine.StatusOf(this);

    internal SloStatus Status(long slot, TimeSpan open, DateTimeOffset at, Func<long, DateTimeOffset> time)
    {
        lock (_gate)
        {
            Advance(slot, null);
            (long total, long bad) = Sum();
            return _state.Status(at, total - _closedTotal, bad - _closedBad, open, closed => time(_firstSlot + closed));
        }
    }

    /// <summary>Closes the slots up to a given one and judges the alerts.</summary>
    internal void Evaluate(long slot, List<SlotChange> changes)
    {
        lock (_gate)
        {
            Advance(slot, changes);
        }
    }

    internal AlertChange Describe(SlotChange change, Func<long, DateTimeOffset> time) =>
        new(Name, _state.Alerts[change.Alert], change.From, change.To, time(_firstSlot + change.Slot));

    // What was counted since the last close belongs to the first slot that was open since: a late timer does not smear it over slots in which nothing ran.
    private void Advance(long slot, List<SlotChange>? changes)
    {
        long behind = slot - _firstSlot - _state.ClosedSlots;
        if (behind <= 0)
        {
            return;
        }

        (long total, long bad) = Sum();
        _state.Close(total - _closedTotal, bad - _closedBad, changes);
        (_closedTotal, _closedBad) = (total, bad);
        if (behind > 1)
        {
            _state.CloseEmpty(behind - 1, changes);
        }
    }

    private (long Total, long Bad) Sum()
    {
        Pull();
        return _counts.Read();
    }
}
