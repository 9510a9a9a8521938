namespace Vouch.Economy.Scheduling;

/// <summary>A price per resource and slot for the use of capacity: the certificate of a lower bound.</summary>
/// <remarks>
/// Immutable and safe to share. For any prices lambda of 0 or more,
/// <c>sum over jobs of min(penalty, cheapest relaxed run at rate*price[t] + sum_k demand[k]*lambda[k][t]) - sum_k,t lambda[k][t]*capacity[k][t]</c>
/// is at most the cost of every feasible schedule. Each of the <see cref="Cuts"/> adds a charge to the relaxed runs and a term to the sum in the same way: its multipliers
/// price the capacity rounded down (Lagrangian relaxation; A. M. Geoffrion, <i>Mathematical Programming Study</i> 2, 1974).
/// </remarks>
public sealed class DualPrices
{
    private readonly double[][] _lambda;

    private readonly RoundingCut[] _cuts;

    /// <summary>Initializes a certificate.</summary>
    /// <param name="lambda">For each resource one finite price of 0 or more per slot; copied.</param>
    /// <param name="cuts">Rounding cuts with their multipliers, as many as there are slots; copied. None where null.</param>
    /// <exception cref="ArgumentException">A price is negative or not finite, the rows differ in length, or a cut names no resource of the certificate.</exception>
    public DualPrices(IReadOnlyList<IReadOnlyList<double>> lambda, IReadOnlyList<RoundingCut>? cuts = null)
    {
        ArgumentNullException.ThrowIfNull(lambda);
        _cuts = cuts is null ? [] : [.. cuts];
        _lambda = [.. lambda.Select(static row => row.ToArray())];
        if (Array.Exists(_lambda, row => row.Length != _lambda[0].Length || Array.Exists(row, static value => !(value >= 0 && double.IsFinite(value)))))
        {
            throw new ArgumentException("Dual prices are finite numbers of 0 or more, as many for each resource as there are slots.", nameof(lambda));
        }

        if (Array.Exists(_cuts, cut => cut is null || cut.Resource >= _lambda.Length || cut.SlotCount != _lambda[0].Length))
        {
            throw new ArgumentException("A cut names one of the resources and has one multiplier per slot.", nameof(cuts));
        }
    }

    /// <summary>Gets the rounding cuts.</summary>
    public IReadOnlyList<RoundingCut> Cuts => _cuts;

    /// <summary>Gets the number of resources.</summary>
    public int ResourceCount => _lambda.Length;

    /// <summary>Gets the prices of one resource, one per slot.</summary>
    /// <param name="resource">The index of the resource.</param>
    /// <returns>The prices.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such resource.</exception>
    public ReadOnlySpan<double> Of(int resource)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(resource);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(resource, _lambda.Length);
        return _lambda[resource];
    }
}
