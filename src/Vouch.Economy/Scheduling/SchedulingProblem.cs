using System.Collections.Frozen;
using System.Globalization;
using Vouch.Economy.Pricing;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Scheduling;

/// <summary>Jobs, the pools that they share, and the prices that they pay.</summary>
/// <remarks>
/// Immutable and safe to share. Slots are half-open: a job of 2 slots at slot 5 uses slots 5 and 6 and ends at 7. Construction checks that the data is well formed;
/// whether the jobs fit is what <see cref="FindInfeasibilities"/> and the schedulers answer. Sums of demands are compared exactly where demands and capacities of a
/// pool are whole numbers, and with a tolerance of 1e-9 of the pool's capacity otherwise.
/// </remarks>
public sealed class SchedulingProblem
{
    private readonly Job[] _jobs;
    private readonly ResourcePool[] _pools;
    private readonly FrozenDictionary<string, int> _index;

    /// <summary>Initializes a problem with one pool.</summary>
    /// <param name="prices">The price curve; its slots are the horizon.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="jobs">The jobs, each with one demand; copied.</param>
    /// <exception cref="ArgumentException">The parts do not fit together; the message names the job and the field.</exception>
    public SchedulingProblem(PriceCurve prices, ResourcePool pool, IEnumerable<Job> jobs)
        : this(prices, [pool], jobs)
    {
    }

    /// <summary>Initializes a problem with several pools.</summary>
    /// <param name="prices">The price curve; its slots are the horizon.</param>
    /// <param name="pools">The pools, at least one, with unique names and, where they have profiles, one capacity per slot; copied.</param>
    /// <param name="jobs">The jobs, each with one demand per pool, with unique ids and predecessors that exist and do not go round in circles; copied.</param>
    /// <exception cref="ArgumentException">The parts do not fit together; the message names the job and the field.</exception>
    public SchedulingProblem(PriceCurve prices, IReadOnlyList<ResourcePool> pools, IEnumerable<Job> jobs)
    {
        ArgumentNullException.ThrowIfNull(prices);
        ArgumentNullException.ThrowIfNull(pools);
        ArgumentNullException.ThrowIfNull(jobs);
        _pools = [.. pools];
        _jobs = [.. jobs];
        Prices = prices;
        CheckPools();
        var index = new Dictionary<string, int>(_jobs.Length, StringComparer.Ordinal);
        for (int i = 0; i < _jobs.Length; i++)
        {
            Job job = _jobs[i] ?? throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Job {i} of the list is null."), nameof(jobs));
            if (!index.TryAdd(job.Id, i))
            {
                throw new ArgumentException($"Job '{job.Id}': the id stands twice; ids are unique.", nameof(jobs));
            }

            if (job.Demands.Count != _pools.Length)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Job '{job.Id}': demands must be {_pools.Length}, one per pool; there are {job.Demands.Count}."), nameof(jobs));
            }
        }

        foreach (Job job in _jobs)
        {
            foreach (string predecessor in job.Predecessors)
            {
                if (!index.ContainsKey(predecessor))
                {
                    throw new ArgumentException($"Job '{job.Id}': its predecessor '{predecessor}' is not among the jobs.", nameof(jobs));
                }
            }
        }

        _index = index.ToFrozenDictionary(StringComparer.Ordinal);
        Model = new SolverModel(this);
        if (Model.CycleMember is { } member)
        {
            throw new ArgumentException($"Job '{member}': its predecessors lead back to itself.", nameof(jobs));
        }
    }

    /// <summary>Gets the price curve.</summary>
    public PriceCurve Prices { get; }

    /// <summary>Gets the number of slots.</summary>
    public int SlotCount => Prices.SlotCount;

    /// <summary>Gets the pools.</summary>
    public IReadOnlyList<ResourcePool> Pools => _pools;

    /// <summary>Gets the jobs, in the order they were given.</summary>
    public IReadOnlyList<Job> Jobs => _jobs;

    internal SolverModel Model { get; }

    /// <summary>Finds a job by its id.</summary>
    /// <param name="id">The id.</param>
    /// <returns>The job, or null where there is none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="id"/> is null.</exception>
    public Job? FindJob(string id) => _index.TryGetValue(id, out int index) ? _jobs[index] : null;

    /// <summary>Finds the jobs that cannot run in any schedule, even if they ran alone, in O(jobs * slots).</summary>
    /// <returns>One entry per such job, with what would make it feasible, in the order of the jobs' ids; empty where every job fits alone.</returns>
    public IReadOnlyList<Infeasibility> FindInfeasibilities() => FeasibilityAnalysis.Structural(Model);

    /// <summary>Checks where jobs run against every rule of the problem.</summary>
    /// <param name="placements">The pieces of each job that runs, by its id; jobs that are left out are rejected.</param>
    /// <returns>What is broken, in words that name job, slot and resource; empty for a feasible schedule.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="placements"/> is null.</exception>
    public IReadOnlyList<string> FindViolations(IReadOnlyDictionary<string, IReadOnlyList<Segment>> placements)
    {
        ArgumentNullException.ThrowIfNull(placements);
        return ScheduleRules.Violations(this, placements);
    }

    internal double CapacityTolerance(int pool)
    {
        bool whole = true;
        for (int slot = 0; whole && slot < (_pools[pool].ProfileLength ?? 1); slot++)
        {
            whole = double.IsInteger(_pools[pool].CapacityAt(slot));
        }

        for (int i = 0; whole && i < _jobs.Length; i++)
        {
            whole = double.IsInteger(_jobs[i].DemandSpan[pool]);
        }

        return whole ? 0 : _pools[pool].Capacity * 1e-9;
    }

    private void CheckPools()
    {
        if (_pools.Length == 0)
        {
            throw new ArgumentException("A problem has at least one pool.", "pools");
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (ResourcePool pool in _pools)
        {
            ArgumentNullException.ThrowIfNull(pool, "pools");
            if (!names.Add(pool.Name))
            {
                throw new ArgumentException($"Resource '{pool.Name}': the name stands twice; names are unique.", "pools");
            }

            if (pool.ProfileLength is { } length && length != SlotCount)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Resource '{pool.Name}': the profile has {length} slots, the price curve {SlotCount}."), "pools");
            }
        }
    }
}
