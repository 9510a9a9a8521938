using System.Diagnostics.CodeAnalysis;
using Vouch.Core.Models;

namespace Vouch.Resilience.Calls;

/// <summary>What became of a call: the answer or its absence, who gave it, and every attempt on the way.</summary>
/// <typeparam name="T">The type of the answer.</typeparam>
/// <remarks>
/// <para>Immutable and safe to share. The default value is a failed call without attempts.</para>
/// <para><see cref="Attempts"/> stand in a fixed order, whatever the timing: by candidate in the order of the call, each candidate's by time.</para>
/// </remarks>
public readonly struct CallOutcome<T>
{
    private readonly CallAttempt[]? _attempts;

    // The usual case, one attempt that succeeded, is kept without an array; Attempts makes it when asked.
    private readonly TimeSpan _duration;
    private readonly WorkerId _worker;

    internal CallOutcome(T value, WorkerId worker, TimeSpan duration)
    {
        Value = value;
        _worker = worker;
        _duration = duration;
    }

    internal CallOutcome(T value, WorkerId worker, TimeSpan duration, CallAttempt[] attempts)
        : this(value, worker, duration) => _attempts = attempts;

    internal CallOutcome(TimeSpan duration, CallAttempt[] attempts)
    {
        _duration = duration;
        _attempts = attempts;
    }

    /// <summary>Gets whether a worker answered. Whether the answer is right is another question.</summary>
    [MemberNotNullWhen(true, nameof(AnsweredBy))]
    public bool Succeeded => !_worker.IsDefault;

    /// <summary>Gets the answer; the default value where there is none.</summary>
    public T? Value { get; }

    /// <summary>Gets the worker whose answer it is, null where no worker answered.</summary>
    public WorkerId? AnsweredBy => Succeeded ? _worker : null;

    /// <summary>Gets how long the call took on the pipeline's clock, from the start of the first attempt.</summary>
    public TimeSpan Duration => _duration;

    /// <summary>Gets how many attempts were made, refused ones included.</summary>
    /// <value>0 only for the default value.</value>
    public int AttemptCount => _attempts?.Length ?? (Succeeded ? 1 : 0);

    /// <summary>Gets every attempt, refused ones included: by candidate in the order of the call, each candidate's by time.</summary>
    /// <value>Never null. A call that succeeded at once makes the list when it is asked for.</value>
    public IReadOnlyList<CallAttempt> Attempts => _attempts is not null
        ? Array.AsReadOnly(_attempts)
        : Succeeded ? [new CallAttempt(_worker, CallAttemptOutcome.Succeeded, _duration, Error: null, Hedged: false)] : [];

    /// <summary>Gets the last error of any attempt in the order of <see cref="Attempts"/>, null where there was none.</summary>
    public Exception? LastError => _attempts is null ? null : Array.FindLast(_attempts, static attempt => attempt.Error is not null).Error;
}
