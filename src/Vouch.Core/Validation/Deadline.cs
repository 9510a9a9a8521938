using System.Globalization;

namespace Vouch.Core.Validation;

/// <summary>A point in monotonic time by which something must be done. It does not move when the wall clock is set, and it can be handed down from call to call.</summary>
/// <remarks>Immutable and safe to share. The default value is <see cref="Never"/>. Asking reads the clock once and allocates nothing.</remarks>
public readonly record struct Deadline
{
    private readonly TimeProvider? _timeProvider;
    private readonly long _due;

    private Deadline(TimeProvider timeProvider, long due)
    {
        _timeProvider = timeProvider;
        _due = due;
    }

    /// <summary>Gets the deadline that never passes.</summary>
    public static Deadline Never => default;

    /// <summary>Gets whether it never passes.</summary>
    public bool IsNever => _timeProvider is null;

    /// <summary>Gets whether it has passed.</summary>
    public bool HasPassed => _timeProvider is not null && _timeProvider.GetTimestamp() >= _due;

    /// <summary>Gets the time left.</summary>
    /// <value>Zero where it has passed; <see cref="TimeSpan.MaxValue"/> where it never passes.</value>
    public TimeSpan Remaining
    {
        get
        {
            if (_timeProvider is null)
            {
                return TimeSpan.MaxValue;
            }

            long now = _timeProvider.GetTimestamp();
            return now >= _due ? TimeSpan.Zero : _timeProvider.GetElapsedTime(now, _due);
        }
    }

    /// <summary>Makes a deadline from now on.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="duration">The time from now; zero or negative has passed at once; <see cref="Timeout.InfiniteTimeSpan"/> and what no timestamp can hold never passes.</param>
    /// <returns>The deadline.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> is null.</exception>
    public static Deadline After(TimeProvider timeProvider, TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        if (duration == Timeout.InfiniteTimeSpan)
        {
            return Never;
        }

        long now = timeProvider.GetTimestamp();
        Int128 due = now + ((Int128)Math.Max(0, duration.Ticks) * timeProvider.TimestampFrequency / TimeSpan.TicksPerSecond);
        return due > long.MaxValue ? Never : new Deadline(timeProvider, (long)due);
    }

    /// <summary>Makes the deadline that falls at a wall-clock time, as the clock reads now.</summary>
    /// <param name="timeProvider">The clock.</param>
    /// <param name="time">The time. A later change of the wall clock does not move the deadline.</param>
    /// <returns>The deadline.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> is null.</exception>
    public static Deadline At(TimeProvider timeProvider, DateTimeOffset time)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        TimeSpan duration = time - timeProvider.GetUtcNow();
        return After(timeProvider, duration > TimeSpan.Zero ? duration : TimeSpan.Zero);
    }

    /// <summary>Makes the deadline of a part of the work: the given time from now, but not after this one.</summary>
    /// <param name="timeProvider">The clock; the one this deadline was made with.</param>
    /// <param name="duration">The time from now that the part may take at most.</param>
    /// <returns>The earlier of the two.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="timeProvider"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="timeProvider"/> is another clock.</exception>
    public Deadline Within(TimeProvider timeProvider, TimeSpan duration) => Earlier(After(timeProvider, duration));

    /// <summary>Chooses the earlier of two deadlines.</summary>
    /// <param name="other">The other deadline, made with the same clock.</param>
    /// <returns>The earlier one.</returns>
    /// <exception cref="ArgumentException">The two were made with different clocks.</exception>
    public Deadline Earlier(Deadline other)
    {
        if (IsNever || other.IsNever)
        {
            return IsNever ? other : this;
        }

        if (!ReferenceEquals(_timeProvider, other._timeProvider))
        {
            throw new ArgumentException("Deadlines of different clocks cannot be compared; make both with one TimeProvider.", nameof(other));
        }

        return _due <= other._due ? this : other;
    }

    /// <summary>Requires the deadline not to have passed.</summary>
    /// <param name="activity">What is under way, for the message, such as <c>verifying tile 12</c>.</param>
    /// <exception cref="TimeoutException">It has passed; the message says by how much.</exception>
    public void ThrowIfPassed(string activity)
    {
        if (_timeProvider is null)
        {
            return;
        }

        long now = _timeProvider.GetTimestamp();
        if (now >= _due)
        {
            TimeSpan late = _timeProvider.GetElapsedTime(_due, now);
            throw new TimeoutException(string.Create(CultureInfo.InvariantCulture, $"The deadline passed {late.TotalMilliseconds:0.###} ms ago while {activity}."));
        }
    }

    /// <summary>Makes a token source that is cancelled when the deadline passes or the caller cancels.</summary>
    /// <param name="cancellationToken">The caller's token.</param>
    /// <returns>The source; to be disposed. A deadline more than 49.7 days away, the longest a timer takes, is not watched: only the caller cancels then.</returns>
    public CancellationTokenSource CreateCancellationSource(CancellationToken cancellationToken)
    {
        TimeSpan remaining = Remaining;
        return _timeProvider is null || remaining > DeadlineSource.LongestTimer
            ? CancellationTokenSource.CreateLinkedTokenSource(cancellationToken)
            : new DeadlineSource(remaining, _timeProvider, cancellationToken);
    }

    /// <summary>Returns the time left in words.</summary>
    public override string ToString() => IsNever ? "never" : string.Create(CultureInfo.InvariantCulture, $"{Remaining.TotalMilliseconds:0.###} ms left");

    private sealed class DeadlineSource : CancellationTokenSource
    {
        public static readonly TimeSpan LongestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

        private readonly CancellationTokenRegistration _registration;

        public DeadlineSource(TimeSpan delay, TimeProvider timeProvider, CancellationToken cancellationToken)
            : base(delay, timeProvider) =>
            _registration = cancellationToken.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), this);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _registration.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
