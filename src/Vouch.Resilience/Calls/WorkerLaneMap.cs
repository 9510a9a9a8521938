using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Vouch.Core.Models;
using Vouch.Resilience.Breakers;
using Vouch.Resilience.Diagnostics;

namespace Vouch.Resilience.Calls;

/// <summary>The lanes by worker, bounded in number and in idle time. Polly's own registry keeps every key for ever.</summary>
/// <remarks>A lane that is forgotten while a call holds it still serves that call.</remarks>
internal sealed class WorkerLaneMap(TimeProvider time, ResilienceMetrics metrics, ILogger logger)
{
    private readonly ConcurrentDictionary<WorkerId, WorkerLane> _lanes = new();
    private readonly MonotonicTimeProvider _monotonic = new(time);
    private long _lastSweep = time.GetTimestamp();
    private int _sweeping;

    public int Count => _lanes.Count;

    public WorkerLane? Find(WorkerId worker) => _lanes.GetValueOrDefault(worker);

    public WorkerLane GetOrAdd(WorkerId worker, CallSettings settings, long now)
    {
        if (!_lanes.TryGetValue(worker, out WorkerLane? lane))
        {
            lane = _lanes.GetOrAdd(worker, new WorkerLane(worker, settings, time, _monotonic, metrics, logger) { LastUsed = now });
            if (_lanes.Count > settings.MaxWorkers)
            {
                Sweep(settings, now, lane);
            }
        }

        lane.LastUsed = now;
        if (time.GetElapsedTime(Volatile.Read(ref _lastSweep), now) > settings.IdleTimeout)
        {
            Sweep(settings, now, lane);
        }

        return lane;
    }

    private void Sweep(CallSettings settings, long now, WorkerLane keep)
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
        {
            return;
        }

        try
        {
            Volatile.Write(ref _lastSweep, now);
            var kept = new List<(long LastUsed, WorkerLane Lane)>();
            foreach ((WorkerId _, WorkerLane lane) in _lanes)
            {
                if (ReferenceEquals(lane, keep) || lane.Breaker.State == BreakerState.Isolated)
                {
                    continue;
                }

                long lastUsed = lane.LastUsed;
                if (time.GetElapsedTime(lastUsed, now) > settings.IdleTimeout)
                {
                    Forget(lane);
                }
                else
                {
                    kept.Add((lastUsed, lane));
                }
            }

            int surplus = _lanes.Count - settings.MaxWorkers;
            if (surplus > 0)
            {
                // A tenth more than needed, so that a stream of new workers does not sort at every one of them.
                kept.Sort(static (left, right) => left.LastUsed != right.LastUsed
                    ? left.LastUsed.CompareTo(right.LastUsed)
                    : left.Lane.Worker.CompareTo(right.Lane.Worker));
                foreach ((long _, WorkerLane lane) in kept.Take(surplus + (settings.MaxWorkers / 10)))
                {
                    Forget(lane);
                }
            }
        }
        finally
        {
            Volatile.Write(ref _sweeping, 0);
        }
    }

    private void Forget(WorkerLane lane) => _lanes.TryRemove(new KeyValuePair<WorkerId, WorkerLane>(lane.Worker, lane));
}
