using System.Diagnostics.CodeAnalysis;
using Vouch.Caching.Backplane;

namespace Vouch.Caching.Hybrid;

/// <summary>One run for all who ask for the same key at the same time. The run is cancelled only when the last of them has left.</summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A token source without a timer holds nothing to free, and callers may come and go after the run is over.")]
internal abstract class HybridFlight(EntryStamp stamp, string[] tags)
{
    private readonly CancellationTokenSource _cancellation = new();
    private int _waiting = 1; // under the table's lock

    /// <summary>When the run began: whoever asks after a later removal begins another one.</summary>
    public EntryStamp Stamp { get; } = stamp;

    public string[] Tags { get; } = tags;

    public CancellationToken Token => _cancellation.Token;

    /// <summary>Takes one more caller on, unless everyone has left.</summary>
    public bool TryJoin()
    {
        if (_waiting == 0)
        {
            return false;
        }

        _waiting++;
        return true;
    }

    /// <summary>Lets a caller go; true when it was the last.</summary>
    public bool Leave() => --_waiting == 0;

    public void Cancel() => _cancellation.Cancel();
}

/// <inheritdoc/>
internal sealed class HybridFlight<T>(EntryStamp stamp, string[] tags) : HybridFlight(stamp, tags)
{
    private readonly TaskCompletionSource<Task<(T Value, byte[]? Payload)>> _begun = new();
    private Task<(T Value, byte[]? Payload)>? _run;

    /// <summary>Gets the run: the value, and its bytes where each caller needs a copy of its own.</summary>
    public Task<(T Value, byte[]? Payload)> Run => _run ??= _begun.Task.Unwrap();

    /// <summary>Hands in the run. Whoever joined before waits for this.</summary>
    public void Begin(Task<(T Value, byte[]? Payload)> run)
    {
        _run = run;
        _begun.SetResult(run);
    }
}
