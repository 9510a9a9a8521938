using Polly;

namespace Vouch.Resilience.Admission;

/// <summary>A call was refused on this side, before it cost the back end anything.</summary>
/// <remarks>As an outcome it is one instance per reason, so that refusing costs nothing when there is most to refuse; its stack trace is of no use.</remarks>
public sealed class CallRefusedException : ExecutionRejectedException
{
    private static readonly CallRefusedException[] Instances = [.. Enum.GetValues<RefusalReason>().Select(static reason => new CallRefusedException(reason))];

    /// <summary>Initializes an exception.</summary>
    public CallRefusedException()
        : this(RefusalReason.None)
    {
    }

    /// <summary>Initializes an exception.</summary>
    /// <param name="message">What happened.</param>
    public CallRefusedException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes an exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="inner">What led to it.</param>
    public CallRefusedException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Initializes an exception.</summary>
    /// <param name="reason">Why the call was refused.</param>
    public CallRefusedException(RefusalReason reason)
        : base(Text(reason)) =>
        Reason = reason;

    /// <summary>Gets why the call was refused.</summary>
    public RefusalReason Reason { get; }

    /// <summary>The outcome of a refused call; made once, since making one allocates.</summary>
    internal static Outcome<TResult> OutcomeFor<TResult>(RefusalReason reason) => Outcomes<TResult>.All[(int)reason];

    private static string Text(RefusalReason reason) => reason switch
    {
        RefusalReason.DeadlineTooNear => "The call was refused: too little time is left before its deadline for an attempt to be of use.",
        RefusalReason.QueueFull => "The call was refused: as many calls as may wait are waiting already.",
        RefusalReason.Displaced => "The call was refused: it waited, and had to make way for one of higher priority or of a tenant that has less than its share.",
        RefusalReason.LimitReached => "The call was refused: as many calls as may be are under way.",
        RefusalReason.BreakerOpen => "The call was refused: the breaker of its key is open.",
        RefusalReason.Throttled => "The call was refused: the back end refuses so much that asking it would only add to its load.",
        RefusalReason.WaitedTooLong => "The call was refused: it waited as long as it may, and its turn had not come.",
        _ => "The call was refused.",
    };

    private static class Outcomes<TResult>
    {
        public static readonly Outcome<TResult>[] All = [.. Instances.Select(static refusal => Outcome.FromException<TResult>(refusal))];
    }
}
