using Vouch.Core.Models;
using Vouch.Economy.Pricing;

namespace Vouch.Execution.Jobs;

/// <summary>A job to be done by workers that are not trusted, and the promise its results must carry.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <remarks>Immutable; safe to share when <typeparamref name="TUnit"/> is. Checked on construction.</remarks>
public sealed class VerifiedJob<TUnit>
{
    /// <summary>Initializes a job with the usual terms; object initialisers set the others.</summary>
    /// <param name="id">The id: the same id resumes the same journal. 1 to 200 printable characters.</param>
    /// <param name="units">One unit or more, with distinct ids.</param>
    /// <exception cref="ArgumentException">The id is blank, there is no unit, or two units share an id.</exception>
    public VerifiedJob(string id, IEnumerable<WorkUnit<TUnit>> units)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentNullException.ThrowIfNull(units);
        WorkUnit<TUnit>[] copied = [.. units];
        if (copied.Length == 0)
        {
            throw new ArgumentException($"Job '{id}' has no units.", nameof(units));
        }

        var ids = new HashSet<WorkUnitId>();
        foreach (WorkUnit<TUnit> unit in copied)
        {
            ArgumentNullException.ThrowIfNull(unit, nameof(units));
            if (!ids.Add(unit.Id))
            {
                throw new ArgumentException($"Two units of job '{id}' share the id '{unit.Id}'.", nameof(units));
            }
        }

        Id = id;
        Units = Array.AsReadOnly(copied);
    }

    /// <summary>Gets the id.</summary>
    public string Id { get; }

    /// <summary>Gets the units.</summary>
    public IReadOnlyList<WorkUnit<TUnit>> Units { get; }

    /// <summary>Gets the quality that the units were configured for, with its scale: recorded with every decision.</summary>
    public QualityTarget? Quality { get; init; }

    /// <summary>Gets the profile that the units were configured for: recorded with every decision.</summary>
    public OptimizationProfile Profile { get; init; }

    /// <summary>Gets how much the job matters beside others.</summary>
    public Priority Priority { get; init; }

    /// <summary>Gets the chance that an accepted result may be wrong, for each unit.</summary>
    /// <value>A fraction in [1e-9, 0.5). The default is 0.001.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside its range.</exception>
    public double ErrorBudget
    {
        get;
        init => field = value is >= 1e-9 and < 0.5
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "An error budget is a number in [1e-9, 0.5).");
    } = 0.001;

    /// <summary>Gets what the error budget is a promise about.</summary>
    /// <value>The default is <see cref="ErrorPromise.EachResult"/>.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not one of the enumeration's.</exception>
    public ErrorPromise Promise
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "EachResult or WholeJob.");
    }

    /// <summary>Gets the most that the job may cost, replicas and checks included, in the currency of <see cref="Prices"/>.</summary>
    /// <value>Above 0. The default is positive infinity: no cap.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is NaN or not above 0.</exception>
    public double CostCap
    {
        get;
        init => field = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "A cost cap is above 0.");
    } = double.PositiveInfinity;

    /// <summary>Gets when the job must be done. Nothing is started after it; what is under way is still taken up, and kept when it is good.</summary>
    /// <value>The default is null: no deadline, except that a plan on <see cref="Prices"/> ends with the curve.</value>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Gets the price of a unit of work over time.</summary>
    /// <value>The default is null: a price of 1 at any time, and no planning over time.</value>
    public PriceCurve? Prices { get; init; }

    /// <summary>Gets how long a worker takes for one unit of work, for the planning over time.</summary>
    /// <value>Above zero. The default is one hour.</value>
    /// <exception cref="ArgumentOutOfRangeException">The value is not above zero.</exception>
    public TimeSpan TimePerWork
    {
        get;
        init => field = value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(nameof(value), value, "The time per unit of work is above zero.");
    } = TimeSpan.FromHours(1);

    /// <summary>Gets the seed of all choices of the run: who gets which unit and where checks look.</summary>
    /// <value>
    /// The default is null: a fresh seed from a cryptographic generator, which workers cannot foresee. A set seed makes a run repeatable and is for
    /// tests and samples: a worker that knows it knows where the checks look.
    /// </value>
    public ulong? Seed { get; init; }
}
