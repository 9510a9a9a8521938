using System.Threading.Tasks.Sources;
using Vouch.Resilience.Admission;

namespace Vouch.Resilience.Defaults;

/// <summary>A call of a pipeline: what it waits on, and the token of its attempt. Used again for other calls.</summary>
internal sealed class PipelineCall(bool continuesInline) : GuardedCall, IValueTaskSource<bool>, IDisposable
{
    // Continuations never run on the thread of the call that made room: its caller would wait for them.
    private ManualResetValueTaskSourceCore<bool> _turn = new() { RunContinuationsAsynchronously = !continuesInline };
    private CancellationTokenSource _attempt = new();
    private bool _wasStopped;
    private CancellationTokenRegistration _outer;

    public CancellationToken Token => _attempt.Token;

    public void Begin(long deadline, int priority, string tenant)
    {
        Deadline = deadline;
        Priority = priority;
        Tenant = tenant;
        Attempts = 0;
    }

    /// <summary>Must be called before the gate is asked, since the gate may answer at once.</summary>
    public void ExpectTurn() => _turn.Reset();

    /// <summary>Completes with true when it is its turn, with false when it is refused.</summary>
    public ValueTask<bool> Turn() => new(this, _turn.Version);

    public void BeginAttempt(CancellationToken outer)
    {
        // Whoever stops an attempt may still be about to cancel its source: that one is never used again.
        if (_wasStopped || !_attempt.TryReset())
        {
            _attempt = new CancellationTokenSource();
        }

        _outer = outer.CanBeCanceled ? outer.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _attempt) : default;
    }

    public void EndAttempt()
    {
        _outer.Dispose();
        _outer = default;
    }

    /// <summary>Tells whether the object may serve another call.</summary>
    public bool IsReusable => !_wasStopped && _attempt.TryReset();

    public override void OnAdmitted() => _turn.SetResult(true);

    public override void OnRefused() => _turn.SetResult(false);

    public override object? OnStopping()
    {
        _wasStopped = true;
        return _attempt;
    }

    public override void OnStopped(object? attempt) => ((CancellationTokenSource)attempt!).Cancel();

    public bool GetResult(short token) => _turn.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _turn.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _turn.OnCompleted(continuation, state, token, flags);

    public void Dispose() => _attempt.Dispose();
}
