namespace Vouch.Observability.Slo;

internal sealed partial class SloState
{
    private readonly int _historyLength;
    private readonly Queue<EndedViolation> _ended = new();

    // One per alert, and the last for the budget.
    private readonly RunningViolation?[] _running;
    private long _forgotten;

    /// <summary>Gets how many ended violations were forgotten because the history was full.</summary>
    public long Forgotten => _forgotten;

    /// <summary>Gives the violations, the oldest first and the running ones last.</summary>
    public IReadOnlyList<Violation> Violations(Func<long, DateTimeOffset> time)
    {
        var all = new List<Violation>(_ended.Count);
        foreach (EndedViolation ended in _ended)
        {
            all.Add(Make(ended.Index, ended.Violation, time(ended.EndSlot)));
        }

        for (int i = 0; i < _running.Length; i++)
        {
            if (_running[i] is { } running)
            {
                all.Add(Make(i, running, null));
            }
        }

        return all;

        Violation Make(int index, RunningViolation violation, DateTimeOffset? end) => new(
            index < Alerts.Length ? ViolationKind.Alert : ViolationKind.Budget,
            index < Alerts.Length ? Alerts[index] : null,
            time(violation.StartSlot),
            end,
            violation.Total,
            violation.Bad,
            violation.Peak);
    }

    private void Note(long total, long bad)
    {
        for (int i = 0; i < _compiled.Length; i++)
        {
            bool firing = _compiled[i].State == AlertState.Firing;
            if (firing || _running[i] is not null)
            {
                int window = _compiled[i].LongWindow;
                Note(i, firing, total, bad, firing ? BurnRate(_windows.Bad(window), _windows.Total(window)) : 0);
            }
        }

        long periodBad = _period.Bad(0) + _bucketBad;
        if (periodBad > 0 || _running[^1] is not null)
        {
            // Nothing bad: nothing to work out.
            double spent = periodBad == 0 ? 0 : Spent(periodBad, _period.Total(0) + _bucketTotal);
            Note(_running.Length - 1, spent > 1, total, bad, spent);
        }
    }

    // The share of the period's budget, the whole period's traffic taken to be like the traffic so far.
    private double Spent(long bad, long total) =>
        bad / (Objective.Budget.ToDouble() * total) * Math.Min(1, (double)CoveredSlots * Resolution.Ticks / Objective.Period.Ticks);

    private void Note(int index, bool lasts, long total, long bad, double size)
    {
        RunningViolation? running = _running[index];
        if (lasts)
        {
            if (running is null)
            {
                _running[index] = running = new RunningViolation { StartSlot = _slots };
            }

            running.Total += total;
            running.Bad += bad;
            running.Peak = Math.Max(running.Peak, size);
        }
        else if (running is not null)
        {
            _running[index] = null;
            _ended.Enqueue(new EndedViolation(index, running, _slots));
            while (_ended.Count > _historyLength)
            {
                _ended.Dequeue();
                _forgotten++;
            }
        }
    }

    private sealed class RunningViolation
    {
        public long StartSlot { get; init; }

        public long Total { get; set; }

        public long Bad { get; set; }

        public double Peak { get; set; }
    }

    private sealed record EndedViolation(int Index, RunningViolation Violation, long EndSlot);
}
