using System.Globalization;

namespace Vouch.Testing;

/// <summary>
/// A clock that stands still until a test moves it. It drives everything that takes a <see cref="TimeProvider"/>: <c>Task.Delay</c>,
/// <c>CancellationTokenSource</c>, <c>PeriodicTimer</c>, Polly pipelines and own timers.
/// </summary>
/// <remarks>
/// <para>Timers fire on the thread that moves the clock, in the order of their due times (equal due times: in the order they were set), and
/// the clock reads the due time while its timer fires. A periodic timer fires once for each period that has passed. What a callback throws comes out of
/// <see cref="Advance"/>; timers that are still due then fire when the clock is next moved.</para>
/// <para>Safe to share. Moves add up: when two threads advance by a second each, or a callback advances while its timer fires, the clock ends two seconds on.
/// No lock is held while a callback runs, so where several threads move the clock at once, callbacks may overlap.</para>
/// </remarks>
public sealed partial class ManualTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<ManualTimer, (long Due, long Order)> _queue = new();
    private long _now;              // monotonic, in ticks since the start
    private long _goal;             // where the clock stands once all moves under way are done
    private long _utcStart;         // UTC ticks that belong to monotonic zero
    private long _order;
    private int _activeTimers;
    private TimeSpan _autoAdvance;
    private TimeZoneInfo _localTimeZone = TimeZoneInfo.Utc;

    /// <summary>Initializes a clock that stands at midnight of 1 January 2000, UTC.</summary>
    public ManualTimeProvider()
        : this(new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
    }

    /// <summary>Initializes a clock.</summary>
    /// <param name="start">Where the clock stands at first.</param>
    public ManualTimeProvider(DateTimeOffset start)
    {
        Start = start.ToUniversalTime();
        _utcStart = start.UtcTicks;
    }

    /// <summary>Gets where the clock stood at first.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Gets the number of timestamp units in a second: 10,000,000, one per tick of a <see cref="TimeSpan"/>.</summary>
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Gets the local time zone: UTC, unless set by <see cref="SetLocalTimeZone"/>.</summary>
    public override TimeZoneInfo LocalTimeZone => _localTimeZone;

    /// <summary>Gets or sets by how much each reading of the clock moves it, after the reading.</summary>
    /// <value>A duration of zero or more. The default is zero: the clock stands still.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public TimeSpan AutoAdvanceAmount
    {
        get
        {
            lock (_lock)
            {
                return _autoAdvance;
            }
        }

        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            lock (_lock)
            {
                _autoAdvance = value;
            }
        }
    }

    /// <summary>Gets how far the clock was moved since the start, steps of the wall clock left out.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            lock (_lock)
            {
                return new TimeSpan(_now);
            }
        }
    }

    /// <summary>Gets the number of timers that will fire when the clock is moved far enough.</summary>
    public int ActiveTimers
    {
        get
        {
            lock (_lock)
            {
                return _activeTimers;
            }
        }
    }

    /// <summary>Reads the clock, then moves it by <see cref="AutoAdvanceAmount"/>.</summary>
    /// <returns>The time, in UTC.</returns>
    public override DateTimeOffset GetUtcNow()
    {
        long utc;
        TimeSpan auto;
        lock (_lock)
        {
            utc = _utcStart + _now;
            auto = _autoAdvance;
        }

        if (auto > TimeSpan.Zero)
        {
            Advance(auto);
        }

        return new DateTimeOffset(utc, TimeSpan.Zero);
    }

    /// <summary>Reads the monotonic clock, then moves it by <see cref="AutoAdvanceAmount"/>. Steps of the wall clock do not show in it.</summary>
    /// <returns>A count of <see cref="TimestampFrequency"/> units.</returns>
    public override long GetTimestamp()
    {
        long now;
        TimeSpan auto;
        lock (_lock)
        {
            now = _now;
            auto = _autoAdvance;
        }

        if (auto > TimeSpan.Zero)
        {
            Advance(auto);
        }

        return now;
    }

    /// <summary>Sets the zone that <see cref="TimeProvider.GetLocalNow"/> answers in.</summary>
    /// <param name="zone">The zone.</param>
    /// <exception cref="ArgumentNullException"><paramref name="zone"/> is null.</exception>
    public void SetLocalTimeZone(TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        _localTimeZone = zone;
    }

    /// <summary>Lets time pass, and fires what falls due on the way.</summary>
    /// <param name="amount">How much, zero or more. Zero fires what is already due.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="amount"/> is negative, or the clock would leave the range of <see cref="DateTimeOffset"/>.</exception>
    public void Advance(TimeSpan amount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, TimeSpan.Zero);
        long target;
        lock (_lock)
        {
            if (amount.Ticks > DateTimeOffset.MaxValue.UtcTicks - _utcStart - _goal)
            {
                throw new ArgumentOutOfRangeException(nameof(amount), amount, "The clock would leave the range of DateTimeOffset.");
            }

            target = _goal += amount.Ticks;
        }

        FireUntil(target);
    }

    /// <summary>Lets time pass until the clock reads the given time, and fires what falls due on the way.</summary>
    /// <param name="value">The time to stop at; not before <see cref="GetUtcNow"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="value"/> lies in the clock's past; <see cref="StepWallClock"/> can go back.</exception>
    public void SetUtcNow(DateTimeOffset value)
    {
        long target;
        lock (_lock)
        {
            target = value.UtcTicks - _utcStart;
            if (target < _now)
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "Time does not pass backwards; StepWallClock sets a wall clock back.");
            }

            _goal = Math.Max(_goal, target);
        }

        FireUntil(target);
    }

    /// <summary>Steps the wall clock as a correction of the system's clock does: timestamps and timers do not notice.</summary>
    /// <param name="amount">By how much; negative to set the clock back.</param>
    /// <exception cref="ArgumentOutOfRangeException">The clock would leave the range of <see cref="DateTimeOffset"/>.</exception>
    public void StepWallClock(TimeSpan amount)
    {
        lock (_lock)
        {
            long utc = _utcStart + _goal;
            if (amount.Ticks > DateTimeOffset.MaxValue.UtcTicks - utc || amount.Ticks < -_utcStart)
            {
                throw new ArgumentOutOfRangeException(nameof(amount), amount, "The clock would leave the range of DateTimeOffset.");
            }

            _utcStart += amount.Ticks;
        }
    }

    /// <summary>Moves the clock to the next due time of any timer, and fires what is due then.</summary>
    /// <returns>True where there was a timer; false where none is set and the clock stands where it stood.</returns>
    public bool AdvanceToNextTimer()
    {
        long target;
        lock (_lock)
        {
            DropStale();
            if (!_queue.TryPeek(out _, out (long Due, long Order) next))
            {
                return false;
            }

            target = Math.Max(next.Due, _now);
            _goal = Math.Max(_goal, target);
        }

        FireUntil(target);
        return true;
    }

    /// <summary>Creates a timer that this clock drives.</summary>
    /// <param name="callback">What to call.</param>
    /// <param name="state">What to hand to it.</param>
    /// <param name="dueTime">When to call it first; zero calls it before this method returns; infinite (-1 ms) not at all.</param>
    /// <param name="period">When to call it again; zero or infinite (-1 ms) not at all.</param>
    /// <returns>The timer.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A duration is negative and not infinite, or longer than 4,294,967,294 ms.</exception>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new ManualTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Returns the time as text, in the round-trip format of ISO 8601.</summary>
    public override string ToString()
    {
        lock (_lock)
        {
            return new DateTimeOffset(_utcStart + _now, TimeSpan.Zero).ToString("O", CultureInfo.InvariantCulture);
        }
    }

    private void FireUntil(long target)
    {
        while (true)
        {
            ManualTimer timer;
            lock (_lock)
            {
                DropStale();
                if (!_queue.TryPeek(out ManualTimer? next, out (long Due, long Order) at) || at.Due > target)
                {
                    _now = Math.Max(_now, target);
                    return;
                }

                _queue.Dequeue();
                _now = Math.Max(_now, at.Due);
                timer = next;
                if (timer.Period > 0)
                {
                    Enqueue(timer, at.Due + timer.Period);
                }
                else
                {
                    timer.Order = ManualTimer.Idle;
                    _activeTimers--;
                }
            }

            timer.Fire();
        }
    }

    // A changed or disposed timer leaves its old entry in the queue; the entry is recognised by its order number and dropped when it surfaces.
    private void DropStale()
    {
        while (_queue.TryPeek(out ManualTimer? timer, out (long Due, long Order) at) && timer.Order != at.Order)
        {
            _queue.Dequeue();
        }
    }

    // Timers that are cancelled again and again before they are due (time limits of calls) must not fill the queue.
    private void Compact()
    {
        if (_queue.Count <= (2 * _activeTimers) + 64)
        {
            return;
        }

        (ManualTimer Timer, (long Due, long Order) At)[] live = [.. _queue.UnorderedItems.Where(static entry => entry.Element.Order == entry.Priority.Order)];
        _queue.Clear();
        _queue.EnqueueRange(live);
    }

    private void Enqueue(ManualTimer timer, long due)
    {
        timer.Order = ++_order;
        _queue.Enqueue(timer, (due, timer.Order));
    }
}
