using System.ComponentModel.DataAnnotations;
using Vouch.Execution.Journal;

namespace Vouch.Execution;

/// <summary>How the verified executor works.</summary>
public sealed class ExecutionOptions
{
    /// <summary>Gets or sets how many units a worker may have assigned for each unit that it takes at once.</summary>
    /// <value>A count in [1, 100]. The default is 2: one in work, one waiting.</value>
    [Range(1, 100)]
    public int QueueDepth { get; set; } = 2;

    /// <summary>Gets or sets how many times a unit is sent out at the most, attempts without an answer included, before it is given up.</summary>
    /// <value>A count in [1, 1000]. The default is 16.</value>
    [Range(1, 1000)]
    public int MaxAttemptsPerUnit { get; set; } = 16;

    /// <summary>Gets or sets the chance that a worker with a spotless record turns at its next unit: no reputation lowers the chance of a wrong result below it.</summary>
    /// <value>A fraction in [0, 0.5). The default is 0.02.</value>
    [Range(0, 0.499)]
    public double TurnHazard { get; set; } = 0.02;

    /// <summary>Gets or sets how many checks run at the same time.</summary>
    /// <value>A count in [1, 1024]. The default is the number of processors.</value>
    [Range(1, 1024)]
    public int MaxConcurrentChecks { get; set; } = Math.Clamp(Environment.ProcessorCount, 1, 1024);

    /// <summary>Gets or sets after how many attempts in a row without a result a worker is left alone for the rest of the job.</summary>
    /// <value>A count in [1, 1000]. The default is 3.</value>
    [Range(1, 1000)]
    public int MaxFailuresInARow { get; set; } = 3;

    /// <summary>Gets or sets the chance of being wrong from which a worker counts as caught, its results are dropped and it is suspended.</summary>
    /// <value>A fraction in [0.5, 1). The default is 0.999: one failed check alone is confirmed by another before anyone is accused.</value>
    [Range(0.5, 0.999999999)]
    public double ProofOfGuilt { get; set; } = 0.999;

    /// <summary>Gets or sets whether units wait for the time that the schedule gives them.</summary>
    /// <value>The default is false: units are sent out at once, in the order of the schedule, and are billed at the prices of their planned time.</value>
    public bool WaitForSchedule { get; set; }

    /// <summary>Gets or sets the folder that journals and audit logs are kept in, one folder per job.</summary>
    /// <value>The default is null: nothing is kept beyond the process, and an audit log is held in memory.</value>
    public string? JournalFolder { get; set; }

    /// <summary>Gets or sets what happens with a journal that was written under another policy.</summary>
    /// <value>The default is <see cref="JournalMismatch.Refuse"/>.</value>
    [EnumDataType(typeof(JournalMismatch))]
    public JournalMismatch OnJournalMismatch { get; set; } = JournalMismatch.Refuse;
}
