using Vouch.Caching.Configuration;
using Vouch.Caching.Entries;
using Vouch.Caching.Storage;
using Vouch.Caching.Time;

namespace Vouch.Caching;

public sealed partial class VouchCache<TKey, TValue>
{
    private const int ReapsPerWrite = 4;
    private const int ReapsPerTick = 1024;
    private static readonly TimeSpan ShortestTick = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestTick = TimeSpan.FromDays(1);

    private readonly EntryDurations _durations;

    // Under the lock.
    private ExpiryWheel? _wheel;
    private ITimer? _timer;
    private long _timerTime = CacheClock.Never;
    private bool _isDisposed;
    private long _latest;

    private void StartExpiry(int slots)
    {
        var wheel = new ExpiryWheel(_clock.Now());
        wheel.EnsureSlots(slots);
        _wheel = wheel;
    }

    private void ScheduleExpiry(int slot, long deadline)
    {
        ExpiryWheel wheel = _wheel!;
        if (deadline >= CacheClock.Never)
        {
            wheel.Cancel(slot);
            return;
        }

        long due = CacheClock.Add(deadline, _durations.Retention);
        wheel.Schedule(slot, due);
        if (due < _timerTime)
        {
            SetTimer(due);
        }
    }

    // Expired entries leave when their time has come, though nobody calls the cache: at the first tick after their deadline, a quarter of a second late at most.
    private void SetTimer(long time)
    {
        if (_isDisposed)
        {
            return;
        }

        long now = _clock.Now();
        TimeSpan wait = TimeSpan.FromMilliseconds(Math.Clamp(time - now, ShortestTick.TotalMilliseconds, LongestTick.TotalMilliseconds));
        _timerTime = now + (long)wait.TotalMilliseconds;
        if (_timer is not null)
        {
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
            return;
        }

        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            // The timer must not keep a cache alive that nobody uses any more.
            _timer = _clock.Provider.CreateTimer(static state => Tick((WeakReference<VouchCache<TKey, TValue>>)state!), new WeakReference<VouchCache<TKey, TValue>>(this), wait, Timeout.InfiniteTimeSpan);
        }
    }

    private static void Tick(WeakReference<VouchCache<TKey, TValue>> reference)
    {
        if (reference.TryGetTarget(out VouchCache<TKey, TValue>? cache))
        {
            cache.Tick();
        }
    }

    private void Tick()
    {
        bool more;
        do
        {
            RemovedEntry<TKey, TValue>[]? left;
            lock (_lock)
            {
                _timerTime = CacheClock.Never;
                if (_isDisposed)
                {
                    return;
                }

                ReapLocked(_clock.Now(), ReapsPerTick);
                more = _wheel!.HasDue;
                long next = _wheel.NextTime();
                if (!more && next < CacheClock.Never)
                {
                    SetTimer(next);
                }

                left = TakeLeft();
            }

            Announce(left);
        }
        while (more);
    }

    // Gives the time, or the latest that a write or a tick has acted upon, where that is later.
    private long ReapLocked(long now, int most)
    {
        now = Math.Max(now, _latest);
        _latest = now;
        ExpiryWheel wheel = _wheel!;
        EntryTable<TKey, TValue> table = _table;
        wheel.Advance(now, table.Deadlines!, _durations.Retention);
        for (int i = 0; i < most; i++)
        {
            int slot = wheel.TakeDue();
            if (slot < 0)
            {
                break;
            }

            // A reader may have moved the deadline since the wheel looked.
            long due = CacheClock.Add(DeadlineWord.Deadline(Volatile.Read(ref table.Deadlines![slot])), _durations.Retention);
            if (due > now)
            {
                wheel.Schedule(slot, due);
                continue;
            }

            _expirations++;
            Drop(slot, RemovalReason.Expired, evicted: false);
        }

        return now;
    }
}
