namespace Vouch.Observability.Slo;

/// <summary>Runs an objective and its alerts over recorded slots: when would which alert have fired?</summary>
/// <remarks>The very code that judges live events, without a clock. For one thread at a time.</remarks>
public sealed class SloReplay
{
    private readonly SloState _state;
    private readonly DateTimeOffset _start;
    private readonly List<SlotChange> _changes = [];

    /// <summary>Begins before the first slot.</summary>
    /// <param name="objective">The objective.</param>
    /// <param name="alerts">Its alerts; null for the usual ones of its period.</param>
    /// <param name="options">Resolution, guard and history; null for the defaults.</param>
    /// <param name="start">The time at which the first slot begins.</param>
    /// <exception cref="ArgumentException">A window does not fit the resolution or the period.</exception>
    public SloReplay(ServiceLevelObjective objective, IReadOnlyList<BurnRateAlert>? alerts = null, SloOptions? options = null, DateTimeOffset start = default)
    {
        ArgumentNullException.ThrowIfNull(objective);
        options ??= new SloOptions();
        _state = new SloState(objective, alerts ?? AlertTables.For(objective.Period, options.Resolution), options);
        _start = start;
    }

    /// <summary>Gets how many slots were closed.</summary>
    public long Slots => _state.ClosedSlots;

    /// <summary>Gets the alerts that can never fire.</summary>
    public IReadOnlyList<UnreachableAlert> Unreachable => _state.Unreachable;

    /// <summary>Takes the next slot.</summary>
    /// <param name="total">Its events, 0 or more.</param>
    /// <param name="bad">The bad ones, at most <paramref name="total"/>.</param>
    /// <returns>What changed; usually empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A count is outside its range.</exception>
    public IReadOnlyList<AlertChange> Close(long total, long bad)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bad);
        ArgumentOutOfRangeException.ThrowIfLessThan(total, bad);
        _changes.Clear();
        _state.Close(total, bad, _changes);
        return _changes.Count == 0
            ? []
            : [.. _changes.Select(change => new AlertChange(_state.Objective.Name, _state.Alerts[change.Alert], change.From, change.To, TimeOf(change.Slot)))];
    }

    /// <summary>Gives where the objective stands after the slots taken so far.</summary>
    public SloStatus Status() => _state.Status(TimeOf(_state.ClosedSlots), 0, 0, TimeSpan.Zero, TimeOf);

    private DateTimeOffset TimeOf(long slots) => _start + (slots * _state.Resolution);
}
