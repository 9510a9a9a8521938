using Vouch.Resilience.Admission;

namespace Vouch.Resilience.Queues;

/// <summary>Decides which calls run, wait, make way or are refused. Takes the time as an argument and waits for nothing.</summary>
/// <remarks>Safe to share. Calls are told what was decided outside of its lock.</remarks>
internal sealed class FairQueue(int maxConcurrency, int maxWaiting)
{
    private readonly Lock _lock = new();
    private readonly WaitingRoom _room = new();
    private int _running;

    public int Running => Volatile.Read(ref _running);

    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _room.Count;
            }
        }
    }

    /// <summary>Lets a call run at once, or puts it among those that wait.</summary>
    /// <returns>Whether it may run; where not, <see cref="GuardedCall.Refusal"/> tells whether it waits (<see cref="RefusalReason.None"/>).</returns>
    public bool TryEnter(GuardedCall call)
    {
        GuardedCall? victim = null;
        lock (_lock)
        {
            call.Refusal = RefusalReason.None;
            if (_running < maxConcurrency && _room.Count == 0)
            {
                _running++;
                return true;
            }

            if (_room.Count >= maxWaiting)
            {
                victim = maxWaiting == 0 ? null : _room.TakeForSakeOf(call);
                if (victim is null)
                {
                    call.Refusal = RefusalReason.QueueFull;
                    return false;
                }

                victim.Refusal = RefusalReason.Displaced;
                victim.Where = GuardedCall.Place.Nowhere;
            }

            call.Where = GuardedCall.Place.Waiting;
            _room.Add(call);
        }

        victim?.OnRefused();
        return false;
    }

    /// <summary>Ends a call that ran; its place goes to whoever is next.</summary>
    public void Exit(long now)
    {
        GuardedCall? expired = null;
        GuardedCall? next;
        lock (_lock)
        {
            TakeExpired(now, ref expired);
            next = _room.Take(now, need: 0, least: 0);
            if (next is null)
            {
                _running--;
            }
            else
            {
                next.Where = GuardedCall.Place.Running;
            }
        }

        next?.OnAdmitted();
        Tell(expired);
    }

    /// <summary>Refuses those who waited too long.</summary>
    /// <returns>When the next one will have; <see cref="long.MaxValue"/> where nobody waits.</returns>
    public long Expire(long now)
    {
        GuardedCall? expired = null;
        long next;
        lock (_lock)
        {
            TakeExpired(now, ref expired);
            next = _room.FirstDeadline();
        }

        Tell(expired);
        return next;
    }

    /// <summary>Takes back a call that waits.</summary>
    /// <returns>False where it does not wait any more: it was or is being told what was decided.</returns>
    public bool TryWithdraw(GuardedCall call)
    {
        lock (_lock)
        {
            if (call.Where != GuardedCall.Place.Waiting)
            {
                return false;
            }

            _room.Remove(call);
            call.Where = GuardedCall.Place.Nowhere;
            return true;
        }
    }

    private void TakeExpired(long now, ref GuardedCall? expired)
    {
        while (_room.TakeExpired(now, least: 1) is { } late)
        {
            late.Where = GuardedCall.Place.Nowhere;
            late.Refusal = RefusalReason.WaitedTooLong;
            late.NextNotice = expired;
            expired = late;
        }
    }

    private static void Tell(GuardedCall? refused)
    {
        while (refused is not null)
        {
            GuardedCall call = refused;
            refused = call.NextNotice;
            call.NextNotice = null;
            call.OnRefused();
        }
    }
}
