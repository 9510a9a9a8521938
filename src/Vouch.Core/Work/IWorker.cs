using Vouch.Core.Models;

namespace Vouch.Core.Work;

/// <summary>Someone who does units of work and may fail at it in any way: crash, hang, lie, answer late, or answer another question.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>Implementations are called concurrently, never more than <see cref="Capacity"/> calls at once.</remarks>
public interface IWorker<in TUnit, TResult>
{
    /// <summary>Gets the worker's id, unique in its pool and constant.</summary>
    WorkerId Id { get; }

    /// <summary>Gets how many units the worker takes at once.</summary>
    /// <value>1 or more; constant.</value>
    int Capacity { get; }

    /// <summary>Does one unit.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="cancellationToken">Cancelled when the answer is no longer wanted. A worker that ignores it is abandoned.</param>
    /// <returns>The answer. Nothing about it is trusted.</returns>
    ValueTask<TResult> ExecuteAsync(TUnit unit, CancellationToken cancellationToken);
}
