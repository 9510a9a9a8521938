namespace Vouch.Observability.Traces;

/// <summary>What becomes of a child that does not lie within its parent, as clocks of different machines disagree or work outlives its caller.</summary>
public enum ClockSkewRule
{
    /// <summary>The child is cut to its parent's interval; one that lies wholly outside is left out of the analysis, with all below it. The convention of CRISP.</summary>
    Clip = 0,

    /// <summary>
    /// A child of another service that would fit into its parent is first moved, with all below it, by the least amount that makes it fit; then as <see cref="Clip"/>.
    /// Right where clocks are the cause, wrong for work that outlives its caller.
    /// </summary>
    Shift = 1,
}
