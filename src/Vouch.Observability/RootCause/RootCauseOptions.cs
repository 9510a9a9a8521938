using System.ComponentModel.DataAnnotations;

namespace Vouch.Observability.RootCause;

/// <summary>How sure a diagnosis has to be.</summary>
public sealed class RootCauseOptions
{
    /// <summary>Gets or sets how often a normal window may be diagnosed.</summary>
    /// <value>A fraction in [0.0001, 0.5]. The default is 0.05.</value>
    [Range(0.0001, 0.5)]
    public double FalseAccusationRate { get; set; } = 0.05;

    /// <summary>Gets or sets how few traces a window may have and be judged.</summary>
    /// <value>A count in [8, 1,000,000]. The default is 40, for the normal window; the suspect one needs a quarter of it.</value>
    [Range(8, 1_000_000)]
    public int MinimumTraces { get; set; } = 40;

    /// <summary>Gets or sets the time that does not matter, as a share of the median duration of normal traces: changes of calls well below it accuse nobody.</summary>
    /// <value>A fraction in [0, 0.5]. The default is 0.01.</value>
    [Range(0, 0.5)]
    public double NegligibleShare { get; set; } = 0.01;

    /// <summary>Gets or sets how many suspects a diagnosis lists at most.</summary>
    /// <value>A count in [1, 1,000]. The default is 10.</value>
    [Range(1, 1_000)]
    public int MaxSuspects { get; set; } = 10;
}
