namespace Vouch.Optimizer.Routing;

/// <summary>Whether an endpoint may be called: after a failure it is left alone, then one probe at a time goes through until one succeeds.</summary>
/// <remarks>
/// Thread-safe without a lock on the way that every decision takes: <see cref="IsAvailable"/> reads two fields. Transitions take the lock; they are as rare as failures.
/// </remarks>
internal sealed class EndpointHealth
{
    private readonly Lock _lock = new();
    private long _blockedUntil;
    private long _probeUntil;
    private long _generation;
    private int _failures;

    public int Failures => Volatile.Read(ref _failures);

    /// <summary>The timestamp before which no call is made; 0 where none.</summary>
    public long BlockedUntil => Volatile.Read(ref _failures) == 0 ? 0 : Math.Max(Volatile.Read(ref _blockedUntil), Volatile.Read(ref _probeUntil));

    public bool IsAvailable(long now) => Volatile.Read(ref _failures) == 0 || (Volatile.Read(ref _blockedUntil) <= now && Volatile.Read(ref _probeUntil) <= now);

    /// <summary>Lets a call through, or not.</summary>
    /// <param name="now">The timestamp.</param>
    /// <param name="probeTicks">How long a probe may stay without a word.</param>
    /// <param name="ticket">What <see cref="Succeeded"/>, <see cref="Failed"/> and <see cref="Withdrawn"/> are told by.</param>
    public bool TryAdmit(long now, long probeTicks, out HealthTicket ticket)
    {
        if (Volatile.Read(ref _failures) == 0)
        {
            ticket = new HealthTicket(Volatile.Read(ref _generation), false);
            return true;
        }

        lock (_lock)
        {
            ticket = default;
            if (!IsAvailable(now))
            {
                return false;
            }

            bool isProbe = _failures > 0;
            if (isProbe)
            {
                // One at a time: the next one waits for this one's word, or for its time to pass.
                Volatile.Write(ref _probeUntil, now + probeTicks);
            }

            ticket = new HealthTicket(_generation, isProbe);
            return true;
        }
    }

    public void Succeeded(in HealthTicket ticket)
    {
        if (Volatile.Read(ref _failures) == 0)
        {
            return;
        }

        lock (_lock)
        {
            // A call made before the failure says nothing about the time after it.
            if (ticket.Generation == _generation)
            {
                _generation++;
                _probeUntil = 0;
                _blockedUntil = 0;
                Volatile.Write(ref _failures, 0);
            }
        }
    }

    public void Failed(in HealthTicket ticket, long now, long cooldownTicks, long maxCooldownTicks, long retryAfterTicks)
    {
        lock (_lock)
        {
            // Calls that were under way together count as one failure in a row, but each is a reason to stay away from now on, and each Retry-After is obeyed.
            bool isFresh = ticket.Generation == _generation || _failures == 0;
            int before = isFresh ? _failures : _failures - 1;
            long cooldown = Math.Min(maxCooldownTicks, before < 20 ? cooldownTicks << before : maxCooldownTicks);
            _generation++;
            _blockedUntil = Math.Max(_blockedUntil, now + Math.Max(cooldown, retryAfterTicks));
            Volatile.Write(ref _probeUntil, 0);
            if (isFresh && _failures < int.MaxValue)
            {
                Volatile.Write(ref _failures, _failures + 1);
            }
        }
    }

    /// <summary>The call was not made or told nothing: a probe makes room for the next.</summary>
    public void Withdrawn(in HealthTicket ticket)
    {
        if (!ticket.IsProbe)
        {
            return;
        }

        lock (_lock)
        {
            if (ticket.Generation == _generation)
            {
                Volatile.Write(ref _probeUntil, 0);
            }
        }
    }
}

internal readonly record struct HealthTicket(long Generation, bool IsProbe);
