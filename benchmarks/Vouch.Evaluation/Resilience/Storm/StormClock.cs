namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>The model's time as a <see cref="TimeProvider"/>: timers are events of the model, and fire on its one thread.</summary>
internal sealed class StormClock(StormModel model) : TimeProvider
{
    private readonly TimerClient _client = new(model);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => model.Now;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch + new TimeSpan(model.Now);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new StormTimer(model, _client, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class TimerClient(StormModel model) : StormClient(model)
    {
        public override void OnRequest(StormRequest request) => throw new NotSupportedException();

        public override void OnAnswer(StormAttempt attempt) => throw new NotSupportedException();

        public override void OnTimer(object? subject) => ((StormTimer)subject!).Fire();
    }

    private sealed class StormTimer(StormModel model, TimerClient client, TimerCallback callback, object? state) : ITimer
    {
        private long _due = long.MaxValue;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = long.MaxValue;
            if (dueTime >= TimeSpan.Zero)
            {
                _due = model.Now + dueTime.Ticks;
                model.Wake(_due, client, this);
            }

            return true;
        }

        public void Fire()
        {
            // An event that was planned before the timer was set anew is not the timer's any more.
            if (model.Now >= _due)
            {
                _due = long.MaxValue;
                callback(state);
            }
        }

        public void Dispose() => _due = long.MaxValue;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
