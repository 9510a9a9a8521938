using System.Globalization;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>
/// Plans and runs jobs while they arrive, prices change and capacity comes and goes. Every event re-plans only what it touches; running work goes on unless stopping
/// it saves more than a stated cost; what was decided is said in words.
/// </summary>
/// <remarks>
/// <para>
/// Time goes by slots of the price curve: <see cref="BeginSlot"/> opens the next one with the capacity it really has; between two such calls come arrivals
/// (<see cref="Submit"/>), prices (<see cref="UpdatePrices"/>), changes of capacity (<see cref="ChangeCapacity"/>, <see cref="ForecastCapacity"/>) and failures
/// (<see cref="FailWorker"/>). A job is planned where price plus the risk of waiting is least: the risk comes from how the capacity behaved so far (<see cref="OnlinePool"/>).
/// </para>
/// <para>
/// <b>The promise.</b> At submission the rest of a job's work is reserved as late as its deadline lets it on the pools' declared floor, where that still has room
/// (<see cref="Decision.IsGuaranteed"/>). Work that was not done elsewhere by then starts there and is not stopped for others: as long as capacity never falls below
/// the floor, and no worker fails under it, no such job misses its deadline. Other jobs run as well as they can.
/// </para>
/// <para>
/// <b>Fairness.</b> Where starts compete, the tenant with the smallest dominant share goes first (A. Ghodsi et al., <i>Dominant Resource Fairness</i>, NSDI 2011), and a job that was
/// put off <see cref="OnlineSchedulerOptions.MaxDisplacements"/> times goes before all.
/// </para>
/// <para>
/// <b>The safeguard.</b> Beside the real world a shadow runs every job at once: in one piece, the earliest deadline first, the newest runs stopped where capacity falls and begun again. Whatever
/// happens to capacity, workers and arrivals, what is paid for runs, lost work and the stated penalties of rejected jobs exceeds what the shadow pays by no more than
/// <see cref="OnlineSchedulerOptions.SafeguardAllowance"/>: a decision that could lead there is not taken, and a job that may wait no longer runs as it does in the shadow. Not bounded by it
/// are: what negative prices pay the shadow for work that it lost and does again, what promised work and work that was put off too often take from others, jobs that come after a predecessor of theirs was put off, negative prices that were not announced, checkpoints that
/// make a run longer.
/// </para>
/// <para>Not safe to share: one caller at a time. Deterministic: same calls, same decisions. An event takes O(looks * slots * pools) plus what it touches.</para>
/// </remarks>
public sealed partial class OnlineScheduler
{
    /// <summary>The weight of what was assumed beforehand about work that has to make room, in slots of a whole pool.</summary>
    private const double PriorDisplaced = 10;

    private readonly OnlineSchedulerOptions _options;
    private readonly PriceCurve _curve;
    private readonly OnlinePool[] _pools;
    private readonly CapacityHistory[] _histories;
    private readonly OnlinePlan _plan;
    private readonly double[][] _given;
    private readonly double[] _actual;
    private readonly WaitingValue _value;
    private readonly Dictionary<string, LiveJob> _jobs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _tenantIndex = new(StringComparer.Ordinal);
    private readonly List<string> _tenants = [];
    private readonly List<double[]> _tenantUse = [];
    private readonly List<double> _tenantWeights = [];
    private readonly double[] _expected;
    private readonly List<LiveJob> _waiting = [];
    private readonly List<LiveJob> _running = [];
    private readonly List<LiveJob>[] _starts;
    private readonly List<LiveJob>[] _lastCalls;
    private List<Decision> _decisions = [];
    private int _now = -1;
    private int _cursor;
    private long _event;
    private double _middle = double.NaN;
    private double _atStake;
    private double _work;
    private double _displacedLoss;
    private double _displacedWork;

    /// <summary>Initializes a scheduler that stands before slot 0.</summary>
    /// <param name="prices">The prices as far as they are known or forecast; their slots are the horizon.</param>
    /// <param name="pools">The pools, at least one, with unique names; copied.</param>
    /// <param name="options">The options; the defaults where null. Read once.</param>
    /// <exception cref="ArgumentException">There is no pool, or a name stands twice.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public OnlineScheduler(PriceCurve prices, IReadOnlyList<OnlinePool> pools, OnlineSchedulerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(pools);
        _options = OnlineSchedulerOptionsRules.Require(options ?? new OnlineSchedulerOptions());
        _pools = [.. pools];
        if (_pools.Length == 0 || _pools.Select(static pool => pool.Name).Distinct(StringComparer.Ordinal).Count() < _pools.Length)
        {
            throw new ArgumentException("There is at least one pool, and their names are unique.", nameof(pools));
        }

        _expected = [.. _pools.Select(static pool => pool.ExpectedCapacity)];
        _curve = prices;
        _plan = new OnlinePlan(prices.Prices, _pools);
        double uptime = Math.Max(2, _options.ExpectedUptime / prices.SlotLength);
        _histories = [.. _pools.Select(pool => new CapacityHistory(pool, prices.SlotCount, uptime, TimeSpan.FromHours(1) / prices.SlotLength))];
        _given = [.. _pools.Select(_ => Enumerable.Repeat(double.NaN, prices.SlotCount).ToArray())];
        _actual = [.. _pools.Select(static pool => pool.ExpectedCapacity)];
        _scenarios = new CapacityScenarios(_pools, _given, prices.SlotCount, uptime, TimeSpan.FromHours(1) / prices.SlotLength);
        _value = new WaitingValue(_plan, _histories, _given);
        _shadow = _options.SafeguardAllowance is null ? null : new RunNowShadow(prices.SlotCount, _pools.Length);
        _starts = [.. Enumerable.Range(0, prices.SlotCount).Select(static _ => new List<LiveJob>())];
        _lastCalls = [.. Enumerable.Range(0, prices.SlotCount).Select(static _ => new List<LiveJob>())];
    }

    /// <summary>Gets the slot that runs, or -1 before the first.</summary>
    public int Now => _now;

    /// <summary>Gets how many slots of how many starts were looked at so far: the work done, whatever machine does it.</summary>
    internal long Work => _value.Work;

    /// <summary>Gets the number of jobs that wait.</summary>
    public int WaitingCount => _waiting.Count;

    /// <summary>Gets the number of jobs that run.</summary>
    public int RunningCount => _running.Count;

    /// <summary>Tells how far a job has come.</summary>
    /// <param name="jobId">The id.</param>
    /// <returns>Its status, or null where there is no such job.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="jobId"/> is null.</exception>
    public OnlineJobStatus? StatusOf(string jobId)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return _jobs.TryGetValue(jobId, out LiveJob? job) ? Status(job) : null;
    }

    /// <summary>Lists all jobs, in the order of their arrival.</summary>
    /// <returns>One status per job.</returns>
    public IReadOnlyList<OnlineJobStatus> Jobs() => [.. _jobs.Values.OrderBy(static job => job.Order).Select(Status)];

    /// <summary>Takes a job in and plans it.</summary>
    /// <param name="job">The job, with one demand per pool; its release may lie ahead. Its predecessors were submitted before.</param>
    /// <param name="tenant">Whose it is, for fairness.</param>
    /// <returns>What was decided: the job planned, held back or rejected, and others moved for it.</returns>
    /// <exception cref="ArgumentException">The id is known already, a predecessor is not, or the number of demands is wrong.</exception>
    public Replan Submit(Job job, string tenant = "")
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(tenant);
        if (job.Demands.Count != _pools.Length)
        {
            throw new ArgumentException(Text($"Job '{job.Id}': demands must be {_pools.Length}, one per pool; there are {job.Demands.Count}."), nameof(job));
        }

        if (_jobs.ContainsKey(job.Id))
        {
            throw new ArgumentException($"Job '{job.Id}' was submitted before; ids are unique.", nameof(job));
        }

        LiveJob[] before = [.. job.Predecessors.Select(id => _jobs.TryGetValue(id, out LiveJob? found)
            ? found
            : throw new ArgumentException($"Job '{job.Id}': its predecessor '{id}' was not submitted before.", nameof(job)))];
        Open();
        var live = new LiveJob(job, Tenant(tenant), _jobs.Count, before, _plan.Slots);
        live.WorthClass = ClassOf(live);
        SaveBy(live);
        _atStake += PenaltyOf(live);
        _work += ShareOf(live) * live.Left;
        Weigh();
        _jobs.Add(job.Id, live);
        int from = EarliestStart(live);
        bool late = Math.Max(job.Release, _now + 1) > live.End - live.Left;
        if (late || job.Release >= _plan.Slots || Array.Exists(before, static other => other.State == OnlineJobState.Rejected) || (_shadow is null && from > live.End - live.Left))
        {
            live.State = OnlineJobState.Rejected;
            Decide(DecisionKind.Rejected, live, Array.Exists(before, static other => other.State == OnlineJobState.Rejected) ? "a predecessor was rejected" : "its window is over before it could end");
            return Close(Text($"job {job.Id} arrives"));
        }

        _shadow?.Add(live, _now + 1);
        Array.ForEach(before, other => other.Successors.Add(live));
        Wait(live);
        Guarantee(live, from);
        live.WasGuaranteed = live.IsGuaranteed;
        _lastCalls[live.LatestStart].Add(live);
        if (!Place(live, from, DecisionKind.Planned, "least cost at the risk of waiting"))
        {
            if (!Displace(live, from, PenaltyOf(live)))
            {
                Decide(DecisionKind.Held, live, "no room in its window yet");
            }
        }

        return Close(Text($"job {job.Id} arrives"));
    }

    /// <summary>Sets what a tenant is entitled to: with weight 2 it may hold twice the dominant share of one with weight 1 before others go first.</summary>
    /// <param name="tenant">The tenant; it need not have submitted anything.</param>
    /// <param name="weight">The weight, finite, above 0; 1 where none was set.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="weight"/> is outside its range.</exception>
    public void SetWeight(string tenant, double weight)
    {
        ArgumentNullException.ThrowIfNull(tenant);
        if (!(weight > 0 && double.IsFinite(weight)))
        {
            throw new ArgumentOutOfRangeException(nameof(weight), weight, $"The weight of '{tenant}' must be a finite number above 0.");
        }

        _tenantWeights[Tenant(tenant)] = weight;
    }

    /// <summary>Replaces prices: a forecast by a newer one, or by what is to be paid.</summary>
    /// <param name="firstSlot">The first slot, 0 or more.</param>
    /// <param name="prices">One price per slot from there on, finite, at most <see cref="PriceCurve.MaxPrice"/> in magnitude.</param>
    /// <returns>What was moved for it.</returns>
    /// <exception cref="ArgumentException">A price or a slot is outside its range.</exception>
    public Replan UpdatePrices(int firstSlot, IReadOnlyList<double> prices)
    {
        Check(firstSlot, prices, "price", PriceCurve.MaxPrice, -PriceCurve.MaxPrice);
        Open();
        _plan.SetPrices(firstSlot, prices);
        Look(_options.LooksPerEvent);
        return Close(Text($"prices of slots {firstSlot} to {firstSlot + prices.Count - 1} change"));
    }

    /// <summary>States what capacity is expected in slots ahead, where the host knows better than the past tells.</summary>
    /// <param name="pool">The name of the pool.</param>
    /// <param name="firstSlot">The first slot, 0 or more.</param>
    /// <param name="capacities">One capacity per slot from there on, 0 to <see cref="Job.MaxAmount"/>.</param>
    /// <returns>What was moved for it.</returns>
    /// <exception cref="ArgumentException">There is no such pool, or a capacity or a slot is outside its range.</exception>
    public Replan ForecastCapacity(string pool, int firstSlot, IReadOnlyList<double> capacities)
    {
        int k = PoolIndex(pool);
        Check(firstSlot, capacities, "capacity", Job.MaxAmount, 0);
        Open();
        for (int i = 0; i < capacities.Count; i++)
        {
            _given[k][firstSlot + i] = capacities[i];
            if (firstSlot + i > _now)
            {
                _plan.Capacity[k][firstSlot + i] = Math.Max(capacities[i], _pools[k].Floor);
            }
        }

        Look(_options.LooksPerEvent);
        return Close(Text($"capacity of '{pool}' is expected anew from slot {firstSlot} on"));
    }

    /// <summary>Tells that the capacity of a pool is another one for the rest of the slot that runs.</summary>
    /// <param name="pool">The name of the pool.</param>
    /// <param name="capacity">What there is now, 0 to <see cref="Job.MaxAmount"/>.</param>
    /// <returns>What was stopped, started or moved for it; a stop counts from the beginning of the slot.</returns>
    /// <exception cref="ArgumentException">There is no such pool, or the capacity is outside its range.</exception>
    /// <exception cref="InvalidOperationException">No slot has begun.</exception>
    public Replan ChangeCapacity(string pool, double capacity)
    {
        int k = PoolIndex(pool);
        Check(0, [capacity], "capacity", Job.MaxAmount, 0);
        RequireBegun();
        Open();
        _actual[k] = capacity;
        _plan.Capacity[k][_now] = capacity;
        Guard(begins: false);
        StopForCapacity();
        Follow(all: true);
        Look(_options.LooksPerEvent);
        return Close(Text($"'{pool}' has {capacity} now"));
    }

    /// <summary>Tells that the worker under a running job failed: its piece ends where the slot that runs began, and counts if the job may resume from there.</summary>
    /// <param name="jobId">The job.</param>
    /// <returns>What was decided for it.</returns>
    /// <exception cref="ArgumentException">The job does not run.</exception>
    public Replan FailWorker(string jobId)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        if (!_jobs.TryGetValue(jobId, out LiveJob? job) || job.State != OnlineJobState.Running)
        {
            throw new ArgumentException($"Job '{jobId}' does not run.", nameof(jobId));
        }

        Open();
        _shadow?.Fail(job, _now, _plan.Prices);
        Stop(job, "its worker failed", sudden: true);
        Again(job, _now + 1);
        Look(_options.LooksPerEvent);
        return Close(Text($"the worker of {jobId} fails"));
    }

    /// <summary>Begins the next slot: ends what is done, stops what there is no capacity for, starts what is due, and looks at some of the waiting jobs again.</summary>
    /// <param name="capacities">What each pool really has in this slot, 0 to <see cref="Job.MaxAmount"/>.</param>
    /// <returns>What was decided.</returns>
    /// <exception cref="ArgumentException">The number of capacities is wrong or one is outside its range.</exception>
    /// <exception cref="InvalidOperationException">The horizon is over.</exception>
    public Replan BeginSlot(params IReadOnlyList<double> capacities)
    {
        ArgumentNullException.ThrowIfNull(capacities);
        if (capacities.Count != _pools.Length)
        {
            throw new ArgumentException(Text($"There are {_pools.Length} pools and {capacities.Count} capacities."), nameof(capacities));
        }

        Check(0, capacities, "capacity", Job.MaxAmount, 0, limited: false);
        if (_now + 1 >= _plan.Slots)
        {
            throw new InvalidOperationException("The horizon is over.");
        }

        Open();
        PaySlot();
        _now++;
        for (int k = 0; k < _pools.Length; k++)
        {
            _actual[k] = capacities[k];
            _histories[k].Observe(capacities[k]);
            _plan.Capacity[k][_now] = capacities[k];
            ExpectCapacity(k);
        }

        _scenarios.Observe(_actual);
        FinishRuns();
        Guard(begins: true);
        StopForCapacity();
        Follow(all: false);
        Look(_options.LooksPerEvent, begins: true);
        StartDue();
        LookAtRunning();
        TryHeld();
        Follow(all: true);
        LastCall();
        return Close(Text($"slot {_now} begins"));
    }

    /// <summary>Ends the runs that end with the horizon and rejects what is left.</summary>
    /// <returns>What was decided.</returns>
    /// <exception cref="InvalidOperationException">The last slot has not begun.</exception>
    public Replan Complete()
    {
        if (_now != _plan.Slots - 1)
        {
            throw new InvalidOperationException("The last slot has not begun.");
        }

        Open();
        PaySlot();
        _now = _plan.Slots;
        FinishRuns();
        foreach (LiveJob job in _waiting.ToArray())
        {
            Reject(job, "the horizon is over");
        }

        return Close("the horizon ends");
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private OnlineJobStatus Status(LiveJob job) => new(
        job.Job,
        _tenants[job.Tenant],
        job.State,
        [.. job.Kept],
        [.. job.Lost],
        job.RunStart >= 0 ? job.RunStart : null,
        job.State == OnlineJobState.Running ? new Segment(job.RunStart, job.Left) : job.PlanStart >= 0 ? new Segment(job.PlanStart, job.Left) : null,
        job.IsGuaranteed,
        job.WasGuaranteed);

    /// <summary>
    /// What work that has to make room loses, per slot and share of a pool: what was seen of it, and beforehand all of the penalty.
    /// </summary>
    private void Weigh()
    {
        double known = _displacedLoss + (PriorDisplaced * _atStake / _work);
        _value.Overload = known / (PriorDisplaced + _displacedWork);
    }

    private void Displaced(LiveJob job, int left, double loss)
    {
        _displacedLoss += Math.Max(0, loss);
        _displacedWork += ShareOf(job) * left;
        Weigh();
    }

    private void Open()
    {
        _decisions = [];
        _event++;
    }

    /// <summary>What stands now is drawn towards the middle of the recent past as fast as the past forgot, unless the host knows better.</summary>
    private void ExpectCapacity(int pool)
    {
        (double median, double last, double memory) = _histories[pool].Trend(_pools[pool].ExpectedCapacity);
        double distance = last - median;
        for (int slot = _now + 1; slot < _plan.Slots; slot++)
        {
            distance *= memory;
            double given = _given[pool][slot];
            _plan.Capacity[pool][slot] = Math.Max(double.IsNaN(given) ? median + distance : given, _pools[pool].Floor);
        }
    }

    private Replan Close(string what) => new(_now, what, _decisions.AsReadOnly());

    private void Decide(DecisionKind kind, LiveJob job, string cause, Segment? from = null, Segment? to = null) =>
        _decisions.Add(new Decision(kind, job.Job, Math.Max(0, _now), cause, _curve.Start, _curve.SlotLength)
        {
            From = from,
            To = to,
            CostBefore = from is { } old ? job.Job.Rate * _plan.PriceSum(old.Start, old.Length) : null,
            CostAfter = to is { } now ? job.Job.Rate * _plan.PriceSum(now.Start, now.Length) : null,
            IsGuaranteed = job.IsGuaranteed,
        });
}
