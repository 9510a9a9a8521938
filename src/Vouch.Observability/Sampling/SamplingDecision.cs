namespace Vouch.Observability.Sampling;

/// <summary>Whether a trace is kept.</summary>
/// <param name="Keep">Whether it is.</param>
/// <param name="Weight">How many traces it then stands for, 1 or more (Horvitz-Thompson: one over the chance that it was kept); 0 where it is not kept.</param>
public readonly record struct SamplingDecision(bool Keep, double Weight)
{
    /// <summary>The trace is not kept.</summary>
    public static readonly SamplingDecision Drop;

    /// <summary>The trace is kept for certain.</summary>
    public static readonly SamplingDecision Certain = new(true, 1);
}
