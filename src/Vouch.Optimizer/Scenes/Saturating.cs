namespace Vouch.Optimizer.Scenes;

/// <summary>Arithmetic on counts, 0 or more, that stays at the largest value instead of wrapping round.</summary>
internal static class Saturating
{
    public static long Add(long a, long b) => a > long.MaxValue - b ? long.MaxValue : a + b;

    public static long Multiply(long a, long b) => b != 0 && a > long.MaxValue / b ? long.MaxValue : a * b;
}
