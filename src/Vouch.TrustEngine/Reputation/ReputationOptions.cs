using System.ComponentModel.DataAnnotations;

namespace Vouch.TrustEngine.Reputation;

/// <summary>What <see cref="ReputationLedger"/> believes before it has seen anything, how fast it forgets, and when it suspends a worker.</summary>
public sealed class ReputationOptions
{
    /// <summary>Gets or sets how many right results a newcomer is credited with.</summary>
    /// <value>A pseudo-count in [0.01, 1000]. The default is 2; with one wrong result, a newcomer is expected to be wrong one time in three.</value>
    [Range(0.01, 1000.0)]
    public double PriorCorrect { get; set; } = 2;

    /// <summary>Gets or sets how many wrong results a newcomer is charged with.</summary>
    /// <value>A pseudo-count in [0.01, 1000]. The default is 1.</value>
    [Range(0.01, 1000.0)]
    public double PriorWrong { get; set; } = 1;

    /// <summary>Gets or sets the factor that older observations are multiplied by at each new one.</summary>
    /// <value>A factor in [0.5, 1]; 1 forgets nothing. The default is 0.995: trust rests on about the last 200 observations and no worker is ever trusted beyond what those carry.</value>
    [Range(0.5, 1.0)]
    public double Forgetting { get; set; } = 0.995;

    /// <summary>Gets or sets the confidence of <see cref="ReputationSnapshot.ErrorUpper"/>.</summary>
    /// <value>A fraction in [0.5, 0.999999]. The default is 0.95.</value>
    [Range(0.5, 0.999_999)]
    public double ErrorConfidence { get; set; } = 0.95;

    /// <summary>Gets or sets the rate of failed checks that an honest worker may show: its honest mistakes and the checks' false alarms together.</summary>
    /// <value>A fraction in [0.000001, 0.5]. The default is 0.005.</value>
    [Range(1e-6, 0.5)]
    public double ToleratedErrorRate { get; set; } = 0.005;

    /// <summary>Gets or sets how sure the ledger must be that a worker fails more often than tolerated before it suspends it.</summary>
    /// <value>A fraction in [0.5, 0.999999999]. The default is 0.999: of a thousand honest workers, watched for ever, at most one is suspended.</value>
    [Range(0.5, 0.999_999_999)]
    public double SuspicionConfidence { get; set; } = 0.999;

    /// <summary>Gets or sets how many failed checks it takes at the least to suspend a worker, whatever the confidence says.</summary>
    /// <value>A count in [1, 1000]. The default is 2: one failure alone may be a false alarm.</value>
    [Range(1, 1000)]
    public int MinFailures { get; set; } = 2;

    /// <summary>Gets or sets how many checks in a row a worker must pass before its word counts, at the start and after each failed check.</summary>
    /// <value>A count in [0, 100000]. The default is 10.</value>
    [Range(0, 100_000)]
    public int ProbationChecks { get; set; } = 10;

    /// <summary>Gets or sets how many workers of one owner are suspended before all of them are, those included that it enrols later.</summary>
    /// <value>A count in [1, 1000000]. The default is 3: one may be broken, three are a policy.</value>
    [Range(1, 1_000_000)]
    public int MaxSuspendedPerEntity { get; set; } = 3;
}
