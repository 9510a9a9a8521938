using Vouch.Core.Models;

namespace Vouch.Execution.Jobs;

/// <summary>One unit of a job: what is sent to a worker, verified and accepted as a whole.</summary>
/// <typeparam name="TUnit">What a worker gets to see.</typeparam>
/// <remarks>Immutable; safe to share when <typeparamref name="TUnit"/> is.</remarks>
public sealed class WorkUnit<TUnit>
{
    /// <summary>Initializes a unit.</summary>
    /// <param name="id">The id, unique in its job.</param>
    /// <param name="payload">What a worker gets to see.</param>
    /// <param name="work">The work of doing it once, in any unit that the job's prices are stated in (CPU hours, tokens); finite and above 0.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is the default value, <paramref name="payload"/> null or <paramref name="work"/> out of range.</exception>
    public WorkUnit(WorkUnitId id, TUnit payload, double work = 1)
    {
        if (id.IsDefault)
        {
            throw new ArgumentException("A unit needs an id.", nameof(id));
        }

        ArgumentNullException.ThrowIfNull(payload);
        if (!(work > 0 && double.IsFinite(work)))
        {
            throw new ArgumentOutOfRangeException(nameof(work), work, "The work of a unit is finite and above 0.");
        }

        Id = id;
        Payload = payload;
        Work = work;
    }

    /// <summary>Gets the id.</summary>
    public WorkUnitId Id { get; }

    /// <summary>Gets what a worker gets to see.</summary>
    public TUnit Payload { get; }

    /// <summary>Gets the work of doing the unit once.</summary>
    /// <value>Finite and above 0, in the unit that the job's prices are stated in.</value>
    public double Work { get; }
}
