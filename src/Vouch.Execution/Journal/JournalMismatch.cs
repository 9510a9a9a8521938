namespace Vouch.Execution.Journal;

/// <summary>What to do with a journal that was written for other units or under another policy than the job at hand.</summary>
public enum JournalMismatch
{
    /// <summary>Throw <see cref="Core.Exceptions.PolicyMismatchException"/> and leave the journal as it is.</summary>
    Refuse = 0,

    /// <summary>Put the old journal aside under another name and start anew.</summary>
    StartAnew,
}
