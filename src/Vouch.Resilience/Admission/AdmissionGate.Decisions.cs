using Vouch.Resilience.Breakers;
using Vouch.Resilience.Concurrency;
using Vouch.Resilience.Errors;

namespace Vouch.Resilience.Admission;

internal sealed partial class AdmissionGate
{
    private bool TryEnterLocked(GuardedCall call, long now, ref GuardedCall? notices)
    {
        call.Refusal = RefusalReason.None;
        if (call.Deadline - now < Math.Max(_least, 1))
        {
            call.Refusal = RefusalReason.DeadlineTooNear;
            return false;
        }

        if (_room.Count == 0 && TryStart(call, now))
        {
            return true;
        }

        if (_room.Count >= _rule.MaxWaiting)
        {
            GuardedCall? victim = _rule.MaxWaiting == 0 ? null : _room.TakeForSakeOf(call);
            if (victim is null)
            {
                call.Refusal = RefusalReason.QueueFull;
                return false;
            }

            Refuse(victim, RefusalReason.Displaced, ref notices);
        }

        call.Where = GuardedCall.Place.Waiting;
        _room.Add(call);
        Dispatch(now, call, ref notices);
        return call.Where == GuardedCall.Place.Running;
    }

    private static void Refuse(GuardedCall call, RefusalReason reason, ref GuardedCall? notices)
    {
        call.Where = GuardedCall.Place.Nowhere;
        call.Refusal = reason;
        Add(ref notices, call);
    }

    /// <summary>Lets in who waits while there is room.</summary>
    private void Dispatch(long now, GuardedCall? self, ref GuardedCall? notices)
    {
        while (_room.Count > 0 && Choose(now, out bool isProbe) is var destination and >= 0)
        {
            // A call that waits may be lost with a probe: one that has the time to try elsewhere afterwards is sent.
            long need = Math.Max(_need, 1);
            if (_room.Take(now, need, Math.Max(_least, 1)) is not { } call)
            {
                return;
            }

            Start(call, destination, now, isProbe);
            if (call != self)
            {
                Add(ref notices, call);
            }
        }
    }

    private bool TryStart(GuardedCall call, long now)
    {
        int destination = Choose(now, out bool isProbe);
        if (destination < 0)
        {
            return false;
        }

        Start(call, destination, now, isProbe);
        return true;
    }

    private void Start(GuardedCall call, int destination, long now, bool isProbe)
    {
        Destination chosen = _destinations[destination];
        if (isProbe)
        {
            chosen.Breaker.StartProbe(_rule.Breaker, now, ref _random);
        }
        else
        {
            chosen.Breaker.Start();
            chosen.Counted++;
            _counted++;
        }

        call.Destination = destination;
        call.Epoch = chosen.Epoch;
        call.IsProbe = isProbe;
        call.IsUncounted = isProbe;
        call.IsLate = call.IsStopped = call.IsPaid = false;
        call.FlightAtStart = _counted;
        call.Started = now;
        call.Due = Math.Min(now + _rule.AttemptTimeout, call.Deadline);
        call.Where = GuardedCall.Place.Running;
        call.Attempts++;
        _running.AddByDue(call);
    }

    /// <summary>Finds the back end that the next attempt goes to: one whose probe is due, else the least busy one that is not broken.</summary>
    private int Choose(long now, out bool isProbe)
    {
        isProbe = false;
        int best = -1;
        int bestFlight = int.MaxValue;
        int ties = 1;
        bool hasRoom = _limit.Allows(_counted);
        bool isDark = true;
        int due = -1;
        for (int i = 0; i < _destinations.Length; i++)
        {
            BreakerCore breaker = _destinations[i].Breaker;
            if (breaker.State == BreakerState.Closed)
            {
                isDark = false;
                if (!hasRoom || !breaker.IsReady || breaker.InFlight > bestFlight)
                {
                    continue;
                }

                // Equally busy ones are drawn with equal chances, or every client would fill the first one first.
                if (breaker.InFlight < bestFlight)
                {
                    best = i;
                    bestFlight = breaker.InFlight;
                    ties = 1;
                }
                else if (_random.Next() % (uint)++ties == 0)
                {
                    best = i;
                }
            }
            else if (breaker.IsProbeDue(now, isHurried: false))
            {
                due = i;
            }
        }

        if (!isDark && due >= 0)
        {
            isProbe = true;
            return due;
        }

        return isDark ? ChooseInTheDark(now, out isProbe) : best;
    }

    /// <summary>Nothing is left to ask: the back end whose probe is due first, but not all of them at once. A few probes find out that the night is over as well as many do.</summary>
    private int ChooseInTheDark(long now, out bool isProbe)
    {
        isProbe = true;
        if (now < _nextDarkProbe)
        {
            return -1;
        }

        int first = -1;
        long firstTime = now + 1;
        for (int i = 0; i < _destinations.Length; i++)
        {
            long time = _destinations[i].Breaker.ProbeTime(isHurried: true);
            if (time < firstTime)
            {
                first = i;
                firstTime = time;
            }
        }

        if (first >= 0)
        {
            _nextDarkProbe = now + _random.Jittered(_rule.Breaker.Break / 2);
        }

        return first;
    }

    private bool IsDark()
    {
        foreach (Destination destination in _destinations)
        {
            if (destination.Breaker.State == BreakerState.Closed)
            {
                return false;
            }
        }

        return true;
    }

    private void End(GuardedCall call, long now, ErrorClass? error)
    {
        if (call.Where == GuardedCall.Place.Running)
        {
            _running.Remove(call);
        }

        call.Where = GuardedCall.Place.Nowhere;
        Destination destination = _destinations[call.Destination];
        destination.Breaker.End();
        if (!call.IsUncounted && call.Epoch == destination.Epoch)
        {
            destination.Counted--;
            _counted--;
        }

        long latency = now - call.Started;
        if (call.IsStopped && destination.LastAnswer >= call.Started)
        {
            // It would have taken at least this long.
            _profile.Add(latency);
        }

        switch (error)
        {
            case null:
                _budget.Deposit();
                destination.LastAnswer = now;
                _profile.Add(latency);
                _ = destination.Breaker.OnGood(_rule.Breaker, now, latency);
                if (!call.IsLate && !call.IsProbe && _limit.OnAnswer(now, latency, call.FlightAtStart))
                {
                    Learn();
                }

                break;
            case ErrorClass.Permanent:
                destination.LastAnswer = now;
                _ = destination.Breaker.OnGood(_rule.Breaker, now, latency);
                break;
            case ErrorClass.Transient:
                destination.LastAnswer = now;
                NoteFailure(destination, now, isSilent: false);
                break;
            case ErrorClass.Overload when !call.IsLate:
                destination.LastAnswer = now;
                NoteFailure(destination, now, isSilent: false);
                NoteOverload(call, now);
                break;
            default:
                break;
        }
    }

    private void NoteOverload(GuardedCall call, long now)
    {
        if (!call.IsProbe && _limit.OnLate(now, call.FlightAtStart))
        {
            Learn();
        }
    }

    private void NoteFailure(Destination destination, long now, bool isSilent)
    {
        if (destination.Breaker.OnBad(_rule.Breaker, now, isSilent, isAlone: !IsDark(), ref _random))
        {
            destination.Epoch++;
            _counted -= destination.Counted;
            destination.Counted = 0;
        }
    }

    private void Learn()
    {
        _profile.Refresh(GateRule.WastedShare, GateRule.ProfileSamples);
        _need = _profile.Tail;
        _least = _profile.Median;
    }

    private void WakeRunning(long now, ref List<(GuardedCall Call, object? Attempt)>? stopped)
    {
        while (_running.Head is { } call && call.Due <= now)
        {
            _running.Remove(call);
            bool mayRetry = false;
            if (!call.IsLate)
            {
                mayRetry = NoteLate(call, now);
                call.IsLate = true;
            }

            if (mayRetry || call.Deadline <= now)
            {
                call.IsPaid = mayRetry;
                call.IsStopped = true;
                call.Where = GuardedCall.Place.Nowhere;
                (stopped ??= []).Add((call, call.OnStopping()));
            }
            else
            {
                // Nothing may take its place, so stopping it would only throw away the work that was done for it.
                call.Due = call.Deadline;
                _running.AddByDue(call);
            }
        }
    }

    /// <summary>Notes that an attempt's time is up.</summary>
    /// <returns>Whether another attempt may take its place, which is then paid for.</returns>
    private bool NoteLate(GuardedCall call, long now)
    {
        Destination destination = _destinations[call.Destination];
        bool isSilent = destination.LastAnswer < call.Started;
        NoteFailure(destination, now, isSilent);
        if (!isSilent)
        {
            NoteOverload(call, now);
        }

        return call.Attempts < _rule.MaxAttempts
            && call.Deadline - now >= Math.Max(_need, 1)
            && (isSilent || call.IsProbe || _budget.TryWithdraw());
    }

    private void WakeWaiting(long now, ref GuardedCall? notices)
    {
        if (_room.Count == 0)
        {
            return;
        }

        while (_room.TakeExpired(now, Math.Max(_least, 1)) is { } expired)
        {
            Refuse(expired, RefusalReason.DeadlineTooNear, ref notices);
        }

        Dispatch(now, self: null, ref notices);
    }

    /// <summary>Sees to it that the gate is woken in time.</summary>
    private void Plan()
    {
        long next = _running.Head?.Due ?? long.MaxValue;
        if (_room.Count > 0)
        {
            long first = _room.FirstDeadline();
            next = Math.Min(next, first == long.MaxValue ? first : first - _least + 1);
            long probe = long.MaxValue;
            bool isHurried = IsDark();
            foreach (Destination destination in _destinations)
            {
                probe = Math.Min(probe, destination.Breaker.ProbeTime(isHurried));
            }

            next = Math.Min(next, isHurried ? Math.Max(probe, _nextDarkProbe) : probe);
        }

        if (next < _wakeAt)
        {
            _wakeAt = next;
            _wantsWake = true;
        }
    }
}
