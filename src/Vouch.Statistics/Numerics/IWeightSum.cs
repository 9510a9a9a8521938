namespace Vouch.Statistics.Numerics;

/// <summary>A sum of non-negative finite numbers that does not depend on their order.</summary>
internal interface IWeightSum<TSelf>
    where TSelf : struct, IWeightSum<TSelf>
{
    /// <summary>Whether nothing was rounded away so far.</summary>
    bool IsExact { get; }

    void Add(double weight);

    void Add(in TSelf other);

    /// <summary>Compares twice this sum with another one.</summary>
    int CompareTwiceTo(in TSelf total);

    /// <summary>The sum rounded to nearest as fraction * 2^exponent, which neither overflows nor underflows; the fraction is 0 or in [1, 2].</summary>
    (double Fraction, int Exponent) Rounded();
}
