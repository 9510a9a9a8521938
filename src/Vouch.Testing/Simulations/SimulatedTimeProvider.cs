namespace Vouch.Testing.Simulations;

/// <summary>The clock of a simulation. Timers fire on the simulation's thread, in an order drawn from the seed where they are due at the same time.</summary>
internal sealed class SimulatedTimeProvider(Simulation simulation) : TimeProvider
{
    public static readonly DateTimeOffset Start = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Start.AddTicks(simulation.NowTicks);

    public override long GetTimestamp() => simulation.NowTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(callback);
        var timer = new Timer(simulation, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(Simulation simulation, TimerCallback callback, object? state) : ITimer, IDue
    {
        private const double LongestMilliseconds = uint.MaxValue - 1;

        private static readonly SendOrPostCallback Fire = static timer => ((Timer)timer!).Invoke();

        private readonly ExecutionContext? _context = ExecutionContext.Capture();
        private long _order;
        private long _due;
        private long _period;
        private bool _disposed;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            RequireSpan(dueTime, nameof(dueTime));
            RequireSpan(period, nameof(period));
            if (simulation.IsOutside("A timer") || _disposed)
            {
                return false;
            }

            _order = 0;
            _period = Math.Max(0, period.Ticks);
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                _due = simulation.NowTicks + dueTime.Ticks;
                _order = simulation.AddDue(_due, this);
            }

            return true;
        }

        public void Dispose()
        {
            // Allowed from anywhere: finalizers and leftovers dispose of timers.
            _disposed = true;
            _order = 0;
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        bool IDue.IsLive(long order) => order == _order;

        void IDue.Happen(long order)
        {
            _order = 0;
            if (_period > 0)
            {
                _due += _period;
                _order = simulation.AddDue(_due, this);
            }

            simulation.Enqueue(Fire, this);
        }

        private void Invoke()
        {
            // As with the system's timers, a callback that was on its way when the timer was disposed of still runs.
            if (_context is null)
            {
                callback(state);
            }
            else
            {
                ExecutionContext.Run(_context, static timer => ((Timer)timer!).Call(), this);
            }
        }

        private void Call() => callback(state);

        private static void RequireSpan(TimeSpan span, string name)
        {
            if (span != Timeout.InfiniteTimeSpan && (span < TimeSpan.Zero || span.TotalMilliseconds > LongestMilliseconds))
            {
                throw new ArgumentOutOfRangeException(name, span, "A timer's duration is from zero to 4,294,967,294 ms, or infinite (-1 ms).");
            }
        }
    }
}
