using Vouch.Core.Models;
using Vouch.Core.Work;

namespace Vouch.Execution.Jobs;

/// <summary>A worker as the pool knows it: who it is, what it charges, and who runs it.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class PooledWorker<TUnit, TResult>
{
    /// <summary>Initializes a pool's entry.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="priceFactor">What it charges for a unit of work, as a multiple of the price curve; finite and 0 or more.</param>
    /// <param name="entity">Who runs it, where that is known: answers of one entity count as one opinion. Null makes the worker its own entity.</param>
    /// <exception cref="ArgumentException">An argument is null or out of range, or the worker states no id or a capacity below 1.</exception>
    public PooledWorker(IWorker<TUnit, TResult> worker, double priceFactor = 1, string? entity = null)
    {
        ArgumentNullException.ThrowIfNull(worker);
        if (worker.Id.IsDefault)
        {
            throw new ArgumentException("A worker needs an id.", nameof(worker));
        }

        if (worker.Capacity < 1)
        {
            throw new ArgumentException($"Worker '{worker.Id}' states a capacity of {worker.Capacity}; it must take at least 1 unit at once.", nameof(worker));
        }

        if (!(priceFactor >= 0 && double.IsFinite(priceFactor)))
        {
            throw new ArgumentOutOfRangeException(nameof(priceFactor), priceFactor, "A price factor is finite and 0 or more.");
        }

        Worker = worker;
        Id = worker.Id;
        Capacity = worker.Capacity;
        PriceFactor = priceFactor;
        Entity = string.IsNullOrWhiteSpace(entity) ? null : entity;
    }

    /// <summary>Gets the worker.</summary>
    public IWorker<TUnit, TResult> Worker { get; }

    /// <summary>The id and the capacity as they were stated at first: a worker cannot change them in the middle of a job.</summary>
    internal WorkerId Id { get; }

    internal int Capacity { get; }

    /// <summary>Gets what it charges for a unit of work, as a multiple of the price curve.</summary>
    /// <value>Finite and 0 or more. The default is 1.</value>
    public double PriceFactor { get; }

    /// <summary>Gets who runs it, or null where that is not known.</summary>
    public string? Entity { get; }
}
