namespace Vouch.Statistics.Numerics;

/// <summary>A distribution over the whole line whose density is log-concave in the solver's variable.</summary>
internal interface ITailFunction
{
    /// <summary>Both tails at <paramref name="u"/>.</summary>
    Tails At(double u);
}
