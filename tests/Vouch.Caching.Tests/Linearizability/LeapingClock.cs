namespace Vouch.Caching.Tests.Linearizability;

/// <summary>A clock whose moves happen at one instant, as the checker's model of them does: timers that fell due on the way fire afterwards. (A manual clock stops at each due time, and other threads can see it there.)</summary>
internal sealed class LeapingClock : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<LeapingTimer> _timers = [];
    private long _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref _now);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LeapingTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan amount)
    {
        long now = Interlocked.Add(ref _now, amount.Ticks);
        LeapingTimer[] due;
        lock (_lock)
        {
            due = [.. _timers.Where(timer => timer.Due <= now).OrderBy(timer => timer.Due)];
            _timers.RemoveAll(timer => timer.Due <= now);
        }

        Array.ForEach(due, timer => timer.Fire());
    }

    // Fires once: the cache sets its timer anew each time.
    private sealed class LeapingTimer(LeapingClock clock, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._lock)
            {
                clock._timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    Due = clock.GetTimestamp() + dueTime.Ticks;
                    clock._timers.Add(this);
                }
            }

            return true;
        }

        public void Fire() => callback(state);

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
