using Vouch.Core.Models;
using Vouch.Core.Work;

namespace Vouch.Execution.Jobs;

/// <summary>The workers that a job may use. None of them is trusted.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class WorkerPool<TUnit, TResult>
{
    /// <summary>Initializes a pool of workers that all charge the price of the curve.</summary>
    /// <param name="workers">One worker or more, with distinct ids.</param>
    /// <exception cref="ArgumentException">The pool is empty, a worker is null or two share an id.</exception>
    public WorkerPool(IEnumerable<IWorker<TUnit, TResult>> workers)
        : this((workers ?? throw new ArgumentNullException(nameof(workers))).Select(static worker => new PooledWorker<TUnit, TResult>(worker)))
    {
    }

    /// <summary>Initializes a pool.</summary>
    /// <param name="workers">One entry or more, with distinct ids.</param>
    /// <exception cref="ArgumentException">The pool is empty, an entry is null or two share an id.</exception>
    public WorkerPool(IEnumerable<PooledWorker<TUnit, TResult>> workers)
    {
        ArgumentNullException.ThrowIfNull(workers);
        PooledWorker<TUnit, TResult>[] entries = [.. workers];
        if (entries.Length == 0)
        {
            throw new ArgumentException("A pool needs at least one worker.", nameof(workers));
        }

        var ids = new HashSet<WorkerId>();
        foreach (PooledWorker<TUnit, TResult> entry in entries)
        {
            ArgumentNullException.ThrowIfNull(entry, nameof(workers));
            if (!ids.Add(entry.Id))
            {
                throw new ArgumentException($"Two workers share the id '{entry.Id}'.", nameof(workers));
            }
        }

        // Sorted by id: what happens must not depend on the order in which the host happened to list its workers.
        Array.Sort(entries, static (left, right) => left.Id.CompareTo(right.Id));
        Workers = Array.AsReadOnly(entries);
        Capacity = entries.Sum(static entry => (long)entry.Capacity) is var total && total <= int.MaxValue
            ? (int)total
            : throw new ArgumentException("The capacities of a pool add up to more than 2^31 - 1.", nameof(workers));
    }

    /// <summary>Gets the workers, ordered by id.</summary>
    public IReadOnlyList<PooledWorker<TUnit, TResult>> Workers { get; }

    /// <summary>Gets how many units the pool takes at once.</summary>
    public int Capacity { get; }
}
