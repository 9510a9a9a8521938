namespace Vouch.Statistics.Numerics;

/// <summary>A sum of non-negative finite numbers that does not depend on their order, or knows when it might.</summary>
internal interface IWeightSum<TSelf>
    where TSelf : struct, IWeightSum<TSelf>
{
    /// <summary>What <see cref="Compare"/> returns where rounding could decide.</summary>
    const int InDoubt = int.MinValue;

    /// <summary>Whether comparisons may be trusted so far.</summary>
    bool IsExact { get; }

    static abstract TSelf Of(ReadOnlySpan<double> weights);

    void Add(double weight);

    void Add(in TSelf other);

    /// <summary>Compares a sum with a share of the total: a half exactly, any other share up to four roundings.</summary>
    /// <param name="sum">The sum.</param>
    /// <param name="total">The total.</param>
    /// <param name="share">The share, in (0, 1).</param>
    /// <param name="slack">The most by which a plain sum of these weights can be off.</param>
    static abstract int Compare(in TSelf sum, in TSelf total, double share, double slack);
}
