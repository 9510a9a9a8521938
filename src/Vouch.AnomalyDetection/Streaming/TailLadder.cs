using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Vouch.AnomalyDetection.Streaming;

/// <summary>
/// Eight levels, each moved up a little when an observation exceeds it and down a little when not, so that in the long run a fixed share exceeds it.
/// Over T observations the share differs from the nominal one by at most (range of the levels) / (step T): no assumption on the observations is needed.
/// </summary>
/// <remarks>Source: I. Gibbs, E. Candes, <i>Adaptive Conformal Inference Under Distribution Shift</i>, NeurIPS 2021; H. Robbins, S. Monro, 1951.</remarks>
internal static class TailLadder
{
    /// <summary>Strangeness is clipped to [-1, <see cref="Ceiling"/>], which bounds the levels.</summary>
    public const float Ceiling = 4;

    private const float Step = 0.02f;

    public static readonly Vector256<float> Shares = Vector256.Create(0.1f, 0.03f, 0.01f, 0.003f, 0.001f, 3e-4f, 1e-4f, 3e-5f);
    public static readonly Vector256<float> Start = Vector256.Create(-0.1f, -0.05f, 0f, 0.02f, 0.05f, 0.1f, 0.15f, 0.2f);

    private static readonly Vector256<float> Down = Shares * Step;

    /// <summary>Moves the levels and returns the share of observations at least as strange as this one, before it was counted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Observe(ref Vector256<float> levels, float strangeness)
    {
        Vector256<float> before = levels;
        Vector256<float> exceeded = Vector256.GreaterThan(Vector256.Create(strangeness), before);
        levels = before - Down + (exceeded & Vector256.Create(Step));

        // Levels that lie close together may cross for a while. The rarest one exceeded decides: at level k this happens for a share of at least the
        // nominal one and at most the sum of the nominal ones from k on, which is below 1.5 times the nominal one.
        int above = 32 - BitOperations.LeadingZeroCount(exceeded.ExtractMostSignificantBits());
        return above == 0 ? 1 - (0.9f * Fraction(strangeness, -1, before.GetElement(0))) : Interpolate(in before, above, strangeness);
    }

    private static float Interpolate(in Vector256<float> levels, int above, float strangeness)
    {
        float upper = Shares.GetElement(above - 1);
        float from = levels.GetElement(above - 1);
        if (above == 8)
        {
            return upper / (1 + (Math.Max(0, strangeness - from) / Step));
        }

        float lower = Shares.GetElement(above);
        return upper + (Fraction(strangeness, from, levels.GetElement(above)) * (lower - upper));
    }

    private static float Fraction(float value, float from, float to) => to > from ? float.ClampNative((value - from) / (to - from), 0, 1) : 0;
}
