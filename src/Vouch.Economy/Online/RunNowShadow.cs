namespace Vouch.Economy.Online;

/// <summary>
/// What running every job at once would do in the same world: each job in one piece as soon as there is room, those with the earliest deadline first; where capacity falls, the newest runs stop
/// and begin again. Knows no more than <see cref="OnlineScheduler"/> does.
/// </summary>
/// <remarks>A slot takes O(jobs that wait or run there * pools).</remarks>
internal sealed class RunNowShadow
{
    private readonly List<LiveJob>[] _arrivals;
    private readonly List<LiveJob> _waiting = [];
    private readonly List<LiveJob> _running = [];
    private readonly double[] _load;

    public RunNowShadow(int slots, int pools)
    {
        _arrivals = [.. Enumerable.Range(0, slots).Select(static _ => new List<LiveJob>())];
        _load = new double[pools];
    }

    /// <summary>The jobs that run there in the slot that runs.</summary>
    public List<LiveJob> Running => _running;

    /// <summary>The jobs whose run ended or stopped there, or that were rejected there, since it was cleared.</summary>
    public List<LiveJob> Changed { get; } = [];

    /// <summary>The jobs that came with a slot.</summary>
    public List<LiveJob> Arrivals(int slot) => _arrivals[slot];

    public void Add(LiveJob job, int next)
    {
        job.Twin = new RunNowTwin(job.Left);
        _arrivals[Math.Max(next, job.Job.Release)].Add(job);
    }

    /// <summary>Begins a slot: takes in what came, ends what is done, stops the newest runs until the capacity holds the rest, and starts what it holds beside them.</summary>
    public void Begin(int now, double[] capacity, ReadOnlySpan<double> prices)
    {
        foreach (LiveJob job in _arrivals[now])
        {
            Wait(job);
        }

        for (int i = 0; i < _running.Count; i++)
        {
            LiveJob job = _running[i];
            if (job.Twin!.End == now)
            {
                job.Twin.State = OnlineJobState.Finished;
                Changed.Add(job);
                Occupy(job, -1);
            }
        }

        _running.RemoveAll(static job => job.Twin!.State == OnlineJobState.Finished);
        StopExcess(now, capacity, prices);
        StartWaiting(now, capacity);
    }

    /// <summary>Stops the newest runs until the capacity holds the rest; what room that leaves is used when the next slot begins.</summary>
    public void StopExcess(int now, double[] capacity, ReadOnlySpan<double> prices)
    {
        for (int k = 0; k < _load.Length; k++)
        {
            for (int i = _running.Count - 1; i >= 0 && _load[k] > capacity[k] * (1 + 1e-9); i--)
            {
                if (_running[i].Demands[k] > 0)
                {
                    Stop(_running[i], now, prices);
                }
            }
        }
    }

    private void StartWaiting(int now, double[] capacity)
    {
        int kept = 0;
        for (int i = 0; i < _waiting.Count; i++)
        {
            LiveJob job = _waiting[i];
            RunNowTwin twin = job.Twin!;
            if (now + twin.Length > job.End || Array.Exists(job.Predecessors, static before => before.Twin is null or { State: OnlineJobState.Rejected }))
            {
                twin.State = OnlineJobState.Rejected;
                twin.Cost += job.Job.Penalty ?? 0;
                Changed.Add(job);
            }
            else if (HasRoom(job, capacity) && Array.TrueForAll(job.Predecessors, static before => before.Twin!.State == OnlineJobState.Finished))
            {
                twin.State = OnlineJobState.Running;
                twin.Start = now;
                _running.Add(job);
                Occupy(job, 1);
            }
            else
            {
                _waiting[kept++] = job;
            }
        }

        _waiting.RemoveRange(kept, _waiting.Count - kept);
    }

    /// <summary>Pays for the slot that ends.</summary>
    public void Pay(double price)
    {
        foreach (LiveJob job in _running)
        {
            job.Twin!.Cost += job.Job.Rate * price;
        }
    }

    /// <summary>The worker under a run fails: it begins again.</summary>
    public void Fail(LiveJob job, int now, ReadOnlySpan<double> prices)
    {
        if (job.Twin is { State: OnlineJobState.Running })
        {
            Stop(job, now, prices);
        }
    }

    private void Stop(LiveJob job, int now, ReadOnlySpan<double> prices)
    {
        RunNowTwin twin = job.Twin!;
        for (int slot = twin.Start; slot < now; slot++)
        {
            // What ran for a negative price and is lost was paid nothing for.
            twin.Cost += job.Job.Rate * Math.Max(0, -prices[slot]);
        }

        twin.State = OnlineJobState.Waiting;
        twin.Start = -1;
        Changed.Add(job);
        _running.Remove(job);
        Occupy(job, -1);
        Wait(job);
    }

    private void Wait(LiveJob job)
    {
        int at = _waiting.BinarySearch(job, ByDeadline.Instance);
        _waiting.Insert(at < 0 ? ~at : at, job);
    }

    private bool HasRoom(LiveJob job, double[] capacity)
    {
        for (int k = 0; k < _load.Length; k++)
        {
            if (_load[k] + job.Demands[k] > capacity[k] * (1 + 1e-9))
            {
                return false;
            }
        }

        return true;
    }

    private void Occupy(LiveJob job, int sign)
    {
        for (int k = 0; k < _load.Length; k++)
        {
            _load[k] += sign * job.Demands[k];
        }
    }

    private sealed class ByDeadline : IComparer<LiveJob>
    {
        public static readonly ByDeadline Instance = new();

        public int Compare(LiveJob? a, LiveJob? b) => a!.End != b!.End ? a.End.CompareTo(b.End) : a.Order.CompareTo(b.Order);
    }
}
