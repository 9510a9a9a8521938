namespace Vouch.Testing;

public sealed partial class ManualTimeProvider
{
    private sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
    {
        public const long Idle = 0;

        private const double LongestMilliseconds = uint.MaxValue - 1;

        // As the system's timers do: the callback sees the ambient data (AsyncLocal) of whoever made the timer.
        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private bool _disposed;

        /// <summary>The number of the queue entry that counts, <see cref="Idle"/> where there is none. Guarded by the clock's lock.</summary>
        public long Order { get; set; }

        /// <summary>In ticks, 0 where the timer fires once. Guarded by the clock's lock.</summary>
        public long Period { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            RequireTimerSpan(dueTime, nameof(dueTime));
            RequireTimerSpan(period, nameof(period));
            long target;
            lock (clock._lock)
            {
                if (_disposed)
                {
                    return false;
                }

                Withdraw();
                Period = Math.Max(0, period.Ticks);
                if (dueTime == Timeout.InfiniteTimeSpan)
                {
                    return true;
                }

                clock.Enqueue(this, clock._now + dueTime.Ticks);
                clock._activeTimers++;
                target = clock._now;
            }

            if (dueTime == TimeSpan.Zero)
            {
                clock.FireUntil(target);
            }

            return true;
        }

        public void Fire()
        {
            if (_context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(_context, static timer => ((ManualTimer)timer!).Invoke(), this);
            }
        }

        public void Dispose()
        {
            lock (clock._lock)
            {
                if (!_disposed)
                {
                    _disposed = true;
                    Withdraw();
                }
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private void Invoke() => callback(state);

        private void Withdraw()
        {
            if (Order != Idle)
            {
                Order = Idle;
                clock._activeTimers--;
                clock.Compact();
            }
        }

        private static void RequireTimerSpan(TimeSpan span, string name)
        {
            if (span != Timeout.InfiniteTimeSpan && (span < TimeSpan.Zero || span.TotalMilliseconds > LongestMilliseconds))
            {
                throw new ArgumentOutOfRangeException(name, span, "A timer's duration is from zero to 4,294,967,294 ms, or infinite (-1 ms).");
            }
        }
    }
}
