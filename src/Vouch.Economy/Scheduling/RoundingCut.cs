namespace Vouch.Economy.Scheduling;

/// <summary>
/// A family of inequalities that whole demands under a whole capacity keep in every slot, with the multipliers that a bound gives them: from <c>sum d &lt;= C</c> follows
/// <c>sum floor((q+1) d / (C+1)) &lt;= floor((q+1) C / (C+1))</c>.
/// </summary>
/// <remarks>Immutable and safe to share. Two jobs that need half of an odd capacity and a little more can never run together: the cut says so, the capacity alone does not.</remarks>
public sealed class RoundingCut
{
    private readonly double[] _multipliers;

    /// <summary>Initializes a cut.</summary>
    /// <param name="resource">The index of the resource, 0 or more.</param>
    /// <param name="quotient">The <c>q</c> of the inequality, 1 or more.</param>
    /// <param name="multipliers">One finite multiplier of 0 or more per slot; copied.</param>
    /// <exception cref="ArgumentException">An argument is outside its range.</exception>
    public RoundingCut(int resource, int quotient, IReadOnlyList<double> multipliers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resource);
        ArgumentOutOfRangeException.ThrowIfLessThan(quotient, 1);
        ArgumentNullException.ThrowIfNull(multipliers);
        _multipliers = [.. multipliers];
        if (Array.Exists(_multipliers, static value => !(value >= 0 && double.IsFinite(value))))
        {
            throw new ArgumentException("Multipliers are finite numbers of 0 or more.", nameof(multipliers));
        }

        Resource = resource;
        Quotient = quotient;
    }

    /// <summary>Gets the index of the resource.</summary>
    public int Resource { get; }

    /// <summary>Gets the <c>q</c> of the inequality.</summary>
    /// <value>A whole number of 1 or more.</value>
    public int Quotient { get; }

    /// <summary>Gets the number of slots.</summary>
    public int SlotCount => _multipliers.Length;

    /// <summary>Gets the multipliers, one per slot.</summary>
    public ReadOnlySpan<double> Multipliers => _multipliers;

    /// <summary>Gets what a job of a demand weighs in the inequality.</summary>
    /// <param name="demand">The demand, a whole number of 0 or more.</param>
    /// <param name="capacity">The capacity of the slot, a whole number of 0 or more.</param>
    /// <returns>A whole number.</returns>
    public double Weight(double demand, double capacity) => Math.Floor((Quotient + 1) * demand / (capacity + 1));
}
