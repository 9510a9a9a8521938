namespace Vouch.Caching.Time;

/// <summary>
/// The system's monotonic milliseconds at the price of a memory read. While reads come in number, a background thread reads the real clock every
/// <see cref="Period"/> ms, and each reading thread does so itself at every sixteenth read; when none come, the thread sleeps and each read asks the real clock.
/// </summary>
/// <remarks>
/// Source of the need: on the hit path of a cache, asking the system for the time costs more than finding the entry. The value may be late by
/// <see cref="Period"/> ms plus what the scheduler adds, but for no more than sixteen reads of one thread in a row; it is never early.
/// </remarks>
internal static class CoarseClock
{
    /// <summary>How often the background thread reads the clock, in ms.</summary>
    public const int Period = 8;

    private const int IdlePeriods = 128;

    // long.MinValue: nobody keeps it up to date; ask the real clock.
    private static long _recent = long.MinValue;
    private static long _lastWanted;
    private static int _running;
    private static AutoResetEvent? _wake;

    /// <summary>The last reading, or <see cref="long.MinValue"/> when it may be old: then call <see cref="Refresh"/>.</summary>
    public static long Recent => Volatile.Read(ref _recent);

    /// <summary>Reads the real clock.</summary>
#pragma warning disable RS0030 // The coarse monotonic clock of the system; used only where the host's TimeProvider is the system's own.
    public static long Read() => Environment.TickCount64;
#pragma warning restore RS0030

    /// <summary>Reads the real clock, and lets others know while the background thread runs.</summary>
    public static long Refresh()
    {
        long now = Read();
        Publish(now);
        return now;
    }

    /// <summary>Reads the real clock and says that many more readings will be wanted.</summary>
    public static long RefreshAndKeep()
    {
        long now = Read();

        // Once a millisecond, not at every call: all threads' reads go by the line of the processor's cache that this is on.
        if (Volatile.Read(ref _lastWanted) != now)
        {
            Volatile.Write(ref _lastWanted, now);
        }

        if (Volatile.Read(ref _running) == 0)
        {
            Start(now);
        }
        else
        {
            Publish(now);
        }

        return now;
    }

    // By exchange, so that a thread that was held up between its look and its write cannot revive the value after the background thread took it away:
    // nobody would renew it. (The value never comes back to what it was: time has passed.)
    private static void Publish(long now)
    {
        long seen = Volatile.Read(ref _recent);
        if (seen != long.MinValue && seen < now)
        {
            Interlocked.CompareExchange(ref _recent, now, seen);
        }
    }

    private static void Start(long now)
    {
        if (Interlocked.CompareExchange(ref _running, 1, 0) != 0)
        {
            return;
        }

        Volatile.Write(ref _recent, now);
        if (_wake is { } wake)
        {
            wake.Set();
            return;
        }

        _wake = new AutoResetEvent(false);
        new Thread(Run) { IsBackground = true, Name = "Vouch.Caching clock", Priority = ThreadPriority.AboveNormal }.UnsafeStart();
    }

    private static void Run()
    {
        AutoResetEvent wake = _wake!;
        while (true)
        {
            wake.WaitOne(Period);
            long now = Read();
            if (now - Volatile.Read(ref _lastWanted) <= IdlePeriods * Period)
            {
                Volatile.Write(ref _recent, now);
                continue;
            }

            // Idle: from here on, reads ask the real clock. Only who wins the change of _running from 0 to 1 writes a value over MinValue.
            Interlocked.Exchange(ref _recent, long.MinValue);
            Volatile.Write(ref _running, 0);
            wake.WaitOne();
        }
    }
}
