namespace Vouch.Statistics.Numerics;

/// <summary>Quantiles by Newton's method on the logarithm of the smaller tail.</summary>
/// <remarks>
/// The tails of a log-concave density are log-concave (Prekopa 1973), so the tangent lies above the curve: whatever the start, after one
/// step the iterates approach the root from one side and never pass it. What is known of the root's place is kept all the same, for where the curve is
/// too flat for its slope to be trusted.
/// </remarks>
internal static class QuantileSolver
{
    private const int MaxSteps = 300;

    /// <summary>The point whose lower tail is <paramref name="p"/>; <paramref name="q"/> is 1 - p without its rounding. Both lie in (0, 1).</summary>
    /// <param name="function">The distribution.</param>
    /// <param name="p">The lower tail.</param>
    /// <param name="q">The upper tail.</param>
    /// <param name="start">Any point.</param>
    /// <param name="scale">About the standard deviation in the solver's variable.</param>
    /// <returns>A point and what is still missing from it: the sum has more digits than one number can hold where the distribution is narrow.</returns>
    public static (double Point, double Correction) Solve<TFunction>(in TFunction function, double p, double q, double start, double scale)
        where TFunction : struct, ITailFunction
    {
        bool lower = p <= q;
        double target = Math.Log(lower ? p : q);
        double low = double.NegativeInfinity;
        double high = double.PositiveInfinity;
        double reach = 64 * scale;
        double u = start;
        for (int i = 0; i < MaxSteps; i++)
        {
            Tails tails = function.At(u);
            double missing = target - (lower ? tails.LogLower : tails.LogUpper);
            bool goUp = lower == missing > 0;
            (low, high) = goUp ? (u, high) : (low, u);

            double step = missing / (lower ? tails.LowerSlope : -tails.UpperSlope);
            // The error after a step is about its square, in units of the scale.
            if (Math.Abs(step) <= 1e-9 * Math.Min(scale, 1) || Math.Abs(step) <= 1e-16 * Math.Abs(u))
            {
                return (u, step);
            }

            // A step that leaves what is possible comes from a slope that rounding spoiled.
            double next = double.IsNaN(step) || Math.Abs(step) > reach ? u + (goUp ? reach : -reach) : u + step;
            bool isPossible = next > low && next < high;
            u = isPossible || !double.IsFinite(low) || !double.IsFinite(high) ? next : low + ((high - low) / 2);
            reach *= 2;
        }

        return (u, 0);
    }
}
