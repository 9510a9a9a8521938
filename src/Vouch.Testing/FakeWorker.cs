using System.Globalization;
using Vouch.Core.Models;
using Vouch.Core.Work;

namespace Vouch.Testing;

/// <summary>A worker that fails on demand, the same way on every run, and keeps a record of what it was asked and what it answered.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>
/// Safe to share. Random behaviour depends on the seed, the worker's id, the unit's text (<see cref="object.ToString"/>, invariant) and how often the worker
/// was given that unit, not on the order of the calls. It does not hold callers to its capacity; <see cref="PeakConcurrency"/> shows whether they kept to it.
/// </remarks>
public sealed class FakeWorker<TUnit, TResult> : IWorker<TUnit, TResult>
{
    private readonly Lock _lock = new();
    private readonly Func<TUnit, TResult> _compute;
    private readonly List<FakeWorkerCall<TUnit, TResult>> _calls = [];
    private readonly Dictionary<string, int> _attempts = new(StringComparer.Ordinal);
    private int _running;
    private int _peak;

    /// <summary>Initializes a worker.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="compute">Computes the honest answer to a unit.</param>
    /// <param name="behavior">What it does with a unit; honest where null.</param>
    /// <param name="seed">Seeds its random behaviour.</param>
    /// <param name="capacity">How many units it says it takes at once, 1 or more.</param>
    /// <param name="timeProvider">Its clock; the system's where null.</param>
    /// <exception cref="ArgumentException"><paramref name="id"/> is the default value.</exception>
    /// <exception cref="ArgumentNullException"><paramref name="compute"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is less than 1.</exception>
    public FakeWorker(
        WorkerId id,
        Func<TUnit, TResult> compute,
        WorkerBehavior<TUnit, TResult>? behavior = null,
        int seed = 0,
        int capacity = 1,
        TimeProvider? timeProvider = null)
    {
        if (id.IsDefault)
        {
            throw new ArgumentException("A worker needs an id.", nameof(id));
        }

        ArgumentNullException.ThrowIfNull(compute);
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        Id = id;
        Capacity = capacity;
        Seed = seed;
        Behavior = behavior ?? WorkerBehavior<TUnit, TResult>.Honest;
        TimeProvider = timeProvider ?? TimeProvider.System;
        _compute = compute;
    }

    /// <inheritdoc/>
    public WorkerId Id { get; }

    /// <inheritdoc/>
    public int Capacity { get; }

    /// <summary>Gets what the worker does with a unit.</summary>
    public WorkerBehavior<TUnit, TResult> Behavior { get; }

    /// <summary>Gets the seed of the worker's random behaviour.</summary>
    public int Seed { get; }

    /// <summary>Gets the worker's clock.</summary>
    public TimeProvider TimeProvider { get; }

    /// <summary>Gets a snapshot of the calls so far, in the order in which they began.</summary>
    public IReadOnlyList<FakeWorkerCall<TUnit, TResult>> Calls
    {
        get
        {
            lock (_lock)
            {
                return [.. _calls];
            }
        }
    }

    /// <summary>Gets the number of calls so far.</summary>
    public int CallCount
    {
        get
        {
            lock (_lock)
            {
                return _calls.Count;
            }
        }
    }

    /// <summary>Gets the greatest number of calls that ran at once.</summary>
    public int PeakConcurrency
    {
        get
        {
            lock (_lock)
            {
                return _peak;
            }
        }
    }

    /// <summary>Does one unit as the behaviour says.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="cancellationToken">Cancels the call, unless the behaviour ignores it.</param>
    /// <returns>The answer, true or not.</returns>
    public async ValueTask<TResult> ExecuteAsync(TUnit unit, CancellationToken cancellationToken)
    {
        WorkerCall<TUnit, TResult> call = Begin(unit);
        try
        {
            TResult answer = await Behavior.AnswerAsync(call, cancellationToken).ConfigureAwait(false);
            End(call, FakeCallOutcome.Answered, answer);
            return answer;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            End(call, FakeCallOutcome.Cancelled, default);
            throw;
        }
        catch (Exception)
        {
            End(call, FakeCallOutcome.Crashed, default);
            throw;
        }
    }

    internal TResult Compute(TUnit unit) => _compute(unit);

    private WorkerCall<TUnit, TResult> Begin(TUnit unit)
    {
        string key = Convert.ToString(unit, CultureInfo.InvariantCulture) ?? string.Empty;
        DateTimeOffset now = TimeProvider.GetUtcNow();
        lock (_lock)
        {
            int attempt = _attempts.GetValueOrDefault(key);
            _attempts[key] = attempt + 1;
            bool hasPrevious = _calls.Count > 0;
            var call = new WorkerCall<TUnit, TResult>(this, unit, key, _calls.Count, attempt, hasPrevious, hasPrevious ? _calls[^1].Unit : default);
            _calls.Add(new FakeWorkerCall<TUnit, TResult>(call.Index, unit, FakeCallOutcome.Running, default, IsHonest: false, now, EndedAt: null));
            _peak = Math.Max(_peak, ++_running);
            return call;
        }
    }

    private void End(WorkerCall<TUnit, TResult> call, FakeCallOutcome outcome, TResult? answer)
    {
        DateTimeOffset now = TimeProvider.GetUtcNow();
        lock (_lock)
        {
            _running--;
            _calls[call.Index] = _calls[call.Index] with
            {
                Outcome = outcome,
                Answer = answer,
                IsHonest = outcome == FakeCallOutcome.Answered && call.IsHonest,
                EndedAt = now,
            };
        }
    }
}
