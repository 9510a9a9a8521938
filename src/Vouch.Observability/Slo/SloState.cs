using Vouch.Statistics.Distributions;

namespace Vouch.Observability.Slo;

/// <summary>One objective over slots of time: windows, alerts, budget and history. Knows no clock; for one thread at a time.</summary>
internal sealed partial class SloState
{
    /// <summary>The period is counted in at most so many buckets.</summary>
    private const int PeriodBuckets = 720;

    /// <summary>The longest window, in slots: 69 days in minutes.</summary>
    private const int MaxSlots = 100_000;

    private readonly CompiledAlert[] _compiled;
    private readonly TimeSpan[] _windowLengths;
    private readonly SlotWindows _windows;
    private readonly SlotWindows _period;
    private readonly int _bucketSlots;
    private readonly int _sliceSlots;
    private readonly double _guard;
    private readonly int _few;
    private long _bucketTotal;
    private long _bucketBad;
    private int _bucketFilled;
    private long _sliceTotal;
    private long _sliceBad;
    private int _sliceFilled;
    private long _slots;
    private long _lastEventSlot = -1;

    public SloState(ServiceLevelObjective objective, IReadOnlyList<BurnRateAlert> alerts, SloOptions options)
    {
        Objective = objective;
        Alerts = [.. alerts];
        Resolution = options.Resolution;
        _guard = options.GuardSignificance;
        _few = options.GuardEvents;
        _historyLength = options.HistoryLength;
        Slots(objective.Period, "the period");
        _sliceSlots = objective.Indicator.Kind == IndicatorKind.TimeSlices ? Slots(objective.Indicator.Slice, "a slice") : 1;
        int[] lengths = [.. alerts.SelectMany(alert => (int[])[Slots(alert.LongWindow, "a window"), Slots(alert.ShortWindow, "a window")]).Append(1).Distinct().Order()];
        if (lengths[^1] > MaxSlots)
        {
            throw new ArgumentException($"A window of {lengths[^1]} slots is longer than {MaxSlots}: take a coarser resolution.", nameof(alerts));
        }

        _windows = new SlotWindows(lengths);
        _windowLengths = [.. lengths.Select(slots => slots * Resolution)];
        long periodSlots = objective.Period.Ticks / Resolution.Ticks;
        _bucketSlots = (int)((periodSlots + PeriodBuckets - 1) / PeriodBuckets);
        _period = new SlotWindows([Math.Max(1, (int)((periodSlots + _bucketSlots - 1) / _bucketSlots) - 1)]);

        var unreachable = new List<UnreachableAlert>();
        _compiled = new CompiledAlert[Alerts.Length];
        for (int i = 0; i < Alerts.Length; i++)
        {
            BurnRateAlert alert = Alerts[i];
            if (alert.LongWindow > objective.Period)
            {
                throw new ArgumentException($"The window of {alert} is longer than the objective's period.", nameof(alerts));
            }

            Fraction threshold = alert.Threshold(objective);
            bool reachable = alert.CanFire(objective);
            if (!reachable)
            {
                unreachable.Add(new UnreachableAlert(alert, threshold.ToDouble(), Explanations.Unreachable(objective, alert, threshold)));
            }

            _compiled[i] = new CompiledAlert
            {
                Numerator = (ulong)threshold.Numerator,
                Denominator = (ulong)threshold.Denominator,
                LongWindow = Array.IndexOf(lengths, Slots(alert.LongWindow, "a window")),
                ShortWindow = Array.IndexOf(lengths, Slots(alert.ShortWindow, "a window")),
                HoldSlots = (int)Math.Min(int.MaxValue, (alert.HoldFor.Ticks + Resolution.Ticks - 1) / Resolution.Ticks),
                State = reachable ? AlertState.NoTraffic : AlertState.Unreachable,
                Since = -1,
            };
        }

        _running = new RunningViolation?[_compiled.Length + 1];
        Unreachable = unreachable;
    }

    public ServiceLevelObjective Objective { get; }

    public BurnRateAlert[] Alerts { get; }

    public IReadOnlyList<UnreachableAlert> Unreachable { get; }

    public TimeSpan Resolution { get; }

    /// <summary>Gets how many slots were closed.</summary>
    public long ClosedSlots => _slots;

    /// <summary>Closes a slot and judges the alerts.</summary>
    /// <param name="total">The events of the slot.</param>
    /// <param name="bad">The bad ones.</param>
    /// <param name="changes">Takes the changes; null where nobody asks.</param>
    public void Close(long total, long bad, List<SlotChange>? changes)
    {
        if (total > 0)
        {
            _lastEventSlot = _slots;
        }

        (total, bad) = Sliced(total, bad);
        _windows.Close(total, bad);
        _bucketTotal += total;
        _bucketBad += bad;
        if (++_bucketFilled == _bucketSlots)
        {
            _period.Close(_bucketTotal, _bucketBad);
            (_bucketTotal, _bucketBad, _bucketFilled) = (0, 0, 0);
        }

        _slots++;
        Judge(changes);
        Note(total, bad);
    }

    /// <summary>Closes slots without events. After so many that nothing is left in any window, one more changes nothing.</summary>
    public void CloseEmpty(long count, List<SlotChange>? changes)
    {
        long longest = _windowLengths[^1].Ticks / Resolution.Ticks;
        long slow = Math.Min(count, longest + _sliceSlots + 1);
        for (long i = 0; i < slow; i++)
        {
            Close(0, 0, changes);
        }

        long rest = count - slow;
        if (rest <= 0)
        {
            return;
        }

        _windows.CloseEmpty(rest);
        _slots += rest;
        long filled = _bucketFilled + rest;
        if (filled >= _bucketSlots)
        {
            _period.Close(_bucketTotal, _bucketBad);
            _period.CloseEmpty((filled / _bucketSlots) - 1);
            (_bucketTotal, _bucketBad) = (0, 0);
        }

        _bucketFilled = (int)(filled % _bucketSlots);
        Note(0, 0);
    }

    // Of time slices, what is counted is the slices themselves, each at its end; empty ones are not.
    private (long Total, long Bad) Sliced(long total, long bad)
    {
        if (Objective.Indicator.Kind != IndicatorKind.TimeSlices)
        {
            return (total, bad);
        }

        _sliceTotal += total;
        _sliceBad += bad;
        if (++_sliceFilled < _sliceSlots)
        {
            return (0, 0);
        }

        (total, bad) = (_sliceTotal, _sliceBad);
        (_sliceTotal, _sliceBad, _sliceFilled) = (0, 0, 0);
        if (total == 0)
        {
            return (0, 0);
        }

        Indicator slice = Objective.Indicator;
        bool countsBad = slice.Comparison is Comparison.AtMost or Comparison.Below;
        bool meets = slice.Comparison.Holds(slice.SliceShare.CompareShare(countsBad ? bad : total - bad, total));
        return (1, meets == Objective.CountsBad ? 1 : 0);
    }

    private void Judge(List<SlotChange>? changes)
    {
        for (int i = 0; i < _compiled.Length; i++)
        {
            ref CompiledAlert alert = ref _compiled[i];
            if (alert.State == AlertState.Unreachable)
            {
                continue;
            }

            long longTotal = _windows.Total(alert.LongWindow);
            long shortTotal = _windows.Total(alert.ShortWindow);
            AlertState next;
            if (alert.IsAbove(_windows.Bad(alert.ShortWindow), shortTotal) && alert.IsAbove(_windows.Bad(alert.LongWindow), longTotal))
            {
                // The guard decides whether an alert may begin; once it fires, the rule decides alone when it ends.
                alert.Held += alert.Held < int.MaxValue ? 1 : 0;
                next = alert.State == AlertState.Firing ? AlertState.Firing
                    : _windows.Bad(alert.LongWindow) < _few && Chance(_windows.Bad(alert.LongWindow), longTotal) > _guard ? AlertState.HeldBack
                    : alert.Held > alert.HoldSlots ? AlertState.Firing : AlertState.Pending;
            }
            else
            {
                alert.Held = 0;
                next = longTotal == 0 || shortTotal == 0 ? AlertState.NoTraffic : AlertState.Quiet;
            }

            if (next != alert.State)
            {
                AlertState from = alert.State;
                alert.State = next;
                alert.Since = _slots;
                if (from is AlertState.Firing or AlertState.HeldBack or AlertState.Pending || next is AlertState.Firing or AlertState.HeldBack or AlertState.Pending)
                {
                    changes?.Add(new SlotChange(i, from, next, _slots));
                }
            }
        }
    }

    /// <summary>How likely at least as many of the events are bad where the true share is the budget.</summary>
    private double Chance(long bad, long total) => bad == 0 ? 1 : BinomialDistribution.UpperTail(bad - 1, total, Objective.Budget.ToDouble());

    private int Slots(TimeSpan length, string what) => length.Ticks % Resolution.Ticks == 0
        ? (int)Math.Min(int.MaxValue, length.Ticks / Resolution.Ticks)
        : throw new ArgumentException($"{char.ToUpperInvariant(what[0])}{what[1..]} of {Durations.Format(length)} is not a whole number of slots of {Durations.Format(Resolution)}.", nameof(length));
}
