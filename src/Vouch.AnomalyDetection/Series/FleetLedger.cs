using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Series;

/// <summary>
/// The account of a fleet's alarms against its budget (see <see cref="AlarmLedger"/>), in the time of the data. Alarms that come together are one incident: its k-th alarm is charged a k-th, so that
/// one cause seen by all series does not silence them for months.
/// </summary>
/// <remarks>Safe for concurrent use: readers take the latest account as a whole, and only alarms write.</remarks>
internal sealed class FleetLedger(double budget)
{
    private const double TicksPerWeek = KernelSettings.SecondsPerWeek * TimeSpan.TicksPerSecond;

    // A stamp that lies further back than this says that a later one was wrong.
    private const long Backward = TimeSpan.TicksPerDay;

    private readonly Lock _gate = new();
    private readonly long _together = (long)Math.Min(10 * TimeSpan.TicksPerMinute, 0.1 * TicksPerWeek / budget);
    private Account _account = new(-AlarmLedger.Credit(budget), 0, long.MinValue, 0);

    /// <summary>Gets the state, for a snapshot.</summary>
    public Account State => Volatile.Read(ref _account);

    /// <summary>By how much the line is raised at a time, in nats.</summary>
    public float Caution(long ticks)
    {
        Account account = Volatile.Read(ref _account);
        return AlarmLedger.Caution(account.Debt - Paid(account, ticks), budget);
    }

    /// <summary>Takes down an alarm that is not critical.</summary>
    public void Charge(long ticks)
    {
        lock (_gate)
        {
            Account before = _account;
            bool same = before.Together > 0 && Math.Abs(ticks - before.IncidentTicks) <= _together;
            int together = same ? Math.Min(before.Together + 1, 1 << 20) : 1;
            float debt = AlarmLedger.After(before.Debt, Paid(before, ticks), 1f / together, budget);
            long now = ticks < before.Ticks - Backward ? ticks : Math.Max(ticks, before.Ticks);
            Volatile.Write(ref _account, new Account(debt, now, same ? before.IncidentTicks : ticks, together));
        }
    }

    /// <summary>Pays an alarm back that was not false.</summary>
    public void Refund(long ticks)
    {
        lock (_gate)
        {
            Account before = _account;
            Volatile.Write(ref _account, before with { Debt = AlarmLedger.After(before.Debt, 1 + Paid(before, ticks), 0, budget), Ticks = Math.Max(ticks, before.Ticks) });
        }
    }

    public void Restore(Account account) => Volatile.Write(ref _account, account with { Debt = float.IsFinite(account.Debt) ? Math.Max(-AlarmLedger.Credit(budget), account.Debt) : 0 });

    // The first alarm finds the credit whole.
    private double Paid(Account account, long ticks) => account.Ticks == 0 ? 0 : Math.Max(0, ticks - account.Ticks) * budget / TicksPerWeek;

    /// <param name="Debt">Alarms owed when the account was made; negative for credit.</param>
    /// <param name="Ticks">When that was.</param>
    /// <param name="IncidentTicks">When the latest incident began.</param>
    /// <param name="Together">Its alarms so far.</param>
    internal sealed record Account(float Debt, long Ticks, long IncidentTicks, int Together);
}
