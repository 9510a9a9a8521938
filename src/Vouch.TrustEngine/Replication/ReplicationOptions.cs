using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Replication;

/// <summary>What <see cref="ReplicationPolicy"/> promises, and how it spreads the risk.</summary>
public sealed class ReplicationOptions
{
    /// <summary>Gets or sets the greatest share of the results handed out that may be wrong, in expectation.</summary>
    /// <value>A fraction in [1e-9, 0.5]. The default is 0.001.</value>
    [Range(1e-9, 0.5)]
    public double ErrorBudget { get; set; } = 0.001;

    /// <summary>Gets or sets how many results the job is going to hand out.</summary>
    /// <value>
    /// A count in [0, 2^53]. The default is 0, not known: the promise then holds at every moment for what was handed out so far, which takes more checks than
    /// a promise for the whole job, most of them at the beginning.
    /// </value>
    [Range(0L, 1L << 53)]
    public long PlannedResults { get; set; }

    /// <summary>Gets or sets the share of the remaining budget that may ride on one worker being caught.</summary>
    /// <value>
    /// A fraction in [0.01, 1]. The default is 1/3. An honest job is checked about <c>1 / (RiskPerCatch * ErrorBudget)</c> times however large it is; a
    /// smaller share keeps more back for a larger number of cheats.
    /// </value>
    [Range(0.01, 1.0)]
    public double RiskPerCatch { get; set; } = 1.0 / 3;

    /// <summary>Gets or sets for how long a worker that was caught makes the policy expect another one, as a share of the job.</summary>
    /// <value>A fraction in [0.001, 10]. The default is 0.1. It moves the cost, not the promise.</value>
    [Range(0.001, 10.0)]
    public double AlertSpan { get; set; } = 0.1;

    /// <summary>Gets or sets how many results of one worker may be handed out unverified in a row; then one of them, drawn by lot, is checked before it gets on.</summary>
    /// <value>A count in [1, 1000000]. The default is 1000.</value>
    [Range(1, 1_000_000)]
    public int MaxUnverified { get; set; } = 1000;

    /// <summary>Gets or sets how many checks or further results one result may take.</summary>
    /// <value>A count in [1, 100]. The default is 12.</value>
    [Range(1, 100)]
    public int MaxVerifications { get; set; } = 12;

    /// <summary>Gets or sets the greatest share of the workers, by owner, that may act as one ring: what verification by other workers reckons with.</summary>
    /// <value>A fraction in [0, 0.999]. The default is 1/3. Of no account where checks are used.</value>
    [Range(0.0, 0.999)]
    public double RingShare { get; set; } = 1.0 / 3;

    /// <summary>Gets or sets how many right results in a row end the search through the earlier results of a worker that was caught.</summary>
    /// <value>A count in [0, 100000]; 0 looks at none. The default is 20.</value>
    [Range(0, 100_000)]
    public int LookBackPasses { get; set; } = 20;
}
