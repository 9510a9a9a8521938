namespace Vouch.Optimizer.Guarantees;

/// <summary>Watches a promise online: anytime-valid evidence, from audited outcomes, that the promise is broken or that an endpoint does worse than predicted.</summary>
/// <remarks>Safe to share between threads. An outcome costs constant time and no allocation.</remarks>
public sealed class GuaranteeMonitor
{
    /// <summary>Initializes a monitor.</summary>
    /// <param name="endpoints">The number of endpoints, 1 or more.</param>
    /// <param name="promisedQuality">The promised mean score, in (0, 1).</param>
    /// <param name="options">The options, or null for the defaults.</param>
    public GuaranteeMonitor(int endpoints, double promisedQuality, GuaranteeMonitorOptions? options = null) => throw new NotImplementedException();

    /// <summary>Gets whether traffic belongs on the safe tier: the promise is broken by the evidence.</summary>
    public bool IsPromiseBroken { get; }

    /// <summary>Tells whether the evidence says that an endpoint does worse than predicted.</summary>
    /// <param name="endpoint">The endpoint's position.</param>
    public bool IsSuspect(int endpoint) => throw new NotImplementedException();

    /// <summary>Takes one audited outcome, in any order, however late; missing ones need no word.</summary>
    /// <param name="outcome">The outcome.</param>
    /// <returns>What it did.</returns>
    public AuditVerdict Audit(AuditedOutcome outcome) => throw new NotImplementedException();

    /// <summary>Why an endpoint or the promise is under alarm, or how strong the evidence is so far: a sentence with the e-value and the count.</summary>
    /// <param name="endpoint">The endpoint's position, or -1 for the promise.</param>
    public string Explain(int endpoint = -1) => throw new NotImplementedException();

    /// <summary>Forgets the evidence against an endpoint, after it was repaired or calibrated anew.</summary>
    /// <param name="endpoint">The endpoint's position, or -1 for everything.</param>
    public void Reset(int endpoint = -1) => throw new NotImplementedException();
}
