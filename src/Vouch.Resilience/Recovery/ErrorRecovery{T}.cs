using Vouch.Resilience.Errors;
using Vouch.Resilience.Timing;

namespace Vouch.Resilience.Recovery;

/// <summary>Gets on after a failure: the steps for its class are tried in their order, each within limits of its own, and what was done is on record.</summary>
/// <typeparam name="T">The type of results.</typeparam>
/// <remarks>Safe to share. It keeps the last so many records and nothing else.</remarks>
public sealed class ErrorRecovery<T>
{
    private readonly StepState[] _steps;
    private readonly Func<OutcomeArguments, Classification> _classifier;
    private readonly TimeProvider _time;
    private readonly MonotonicTicks _clock;
    private readonly Lock _lock = new();
    private readonly Queue<RecoveryRecord> _records = new();
    private readonly int _maxRecords;

    /// <summary>Initializes a recovery.</summary>
    /// <param name="steps">The steps, the best one first.</param>
    /// <param name="classifier">Classifies failures; null for <see cref="OutcomeClassifier"/>.</param>
    /// <param name="timeProvider">The clock; the system's where null.</param>
    /// <param name="maxRecords">How many records are kept; at least 1.</param>
    /// <exception cref="ArgumentNullException"><paramref name="steps"/> is null.</exception>
    /// <exception cref="ArgumentException">A step is null or has a limit below 1.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxRecords"/> is below 1.</exception>
    public ErrorRecovery(
        IEnumerable<RecoveryStep<T>> steps,
        Func<OutcomeArguments, Classification>? classifier = null,
        TimeProvider? timeProvider = null,
        int maxRecords = 1000)
    {
        ArgumentNullException.ThrowIfNull(steps);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxRecords, 1);
        _steps = [.. steps.Select(static step => new StepState(step))];
        if (_steps.Any(static state => state.Step is null || state.Step.MaxConcurrency < 1 || state.Step.MaxPerSecond < 1))
        {
            throw new ArgumentException("Every step needs MaxConcurrency and MaxPerSecond of at least 1.", nameof(steps));
        }

        _classifier = classifier ?? OutcomeClassifier.Classify;
        _time = timeProvider ?? TimeProvider.System;
        _clock = new MonotonicTicks(_time);
        _maxRecords = maxRecords;
    }

    /// <summary>Gets what was done lately, the oldest first.</summary>
    public IReadOnlyList<RecoveryRecord> Records
    {
        get
        {
            lock (_lock)
            {
                return [.. _records];
            }
        }
    }

    /// <summary>Runs an operation, and where it fails the steps for the class of its failure.</summary>
    /// <param name="operation">The operation's name, for the record.</param>
    /// <param name="run">The operation.</param>
    /// <param name="cancellationToken">Withdraws the call; nothing is recovered then.</param>
    /// <returns>What the operation, or the first step that succeeded, returned.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="operation"/> or <paramref name="run"/> is null.</exception>
    /// <remarks>Where no step helps, the operation's own exception is thrown, not that of a step.</remarks>
    public async ValueTask<T> ExecuteAsync(string operation, Func<CancellationToken, ValueTask<T>> run, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(operation);
        ArgumentNullException.ThrowIfNull(run);
        try
        {
            return await run(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (!cancellationToken.IsCancellationRequested)
        {
            (bool recovered, T? result) = await RecoverAsync(operation, error, cancellationToken).ConfigureAwait(false);
            if (!recovered)
            {
                throw;
            }

            return result!;
        }
    }

    private async ValueTask<(bool Recovered, T? Result)> RecoverAsync(string operation, Exception error, CancellationToken cancellationToken)
    {
        ErrorClass errorClass = _classifier(new OutcomeArguments(error, null)).Error ?? ErrorClass.Transient;
        var arguments = new RecoveryArguments(operation, error, errorClass);
        int tried = 0;
        int overLimit = 0;
        foreach (StepState state in _steps)
        {
            if (!state.IsFor(errorClass))
            {
                continue;
            }

            if (!state.TryBegin(_clock.Now))
            {
                overLimit++;
                continue;
            }

            tried++;
            try
            {
                T result = await state.Step.RecoverAsync(arguments, cancellationToken).ConfigureAwait(false);
                Record(new RecoveryRecord(_time.GetUtcNow(), operation, error.GetType().Name, errorClass, state.Step.Kind, tried, overLimit));
                return (true, result);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception)
            {
                // A step that fails is no worse than none: the next one is tried, and the count of steps says so.
            }
            finally
            {
                state.End();
            }
        }

        Record(new RecoveryRecord(_time.GetUtcNow(), operation, error.GetType().Name, errorClass, null, tried, overLimit));
        return (false, default);
    }

    private void Record(RecoveryRecord record)
    {
        lock (_lock)
        {
            if (_records.Count == _maxRecords)
            {
                _records.Dequeue();
            }

            _records.Enqueue(record);
        }
    }

    private sealed class StepState(RecoveryStep<T> step)
    {
        private readonly Lock _lock = new();
        private int _running;
        private int _begun;
        private long _second;

        public RecoveryStep<T> Step => step;

        public bool IsFor(ErrorClass error) => step.Classes is null or { Count: 0 } ? error != ErrorClass.Cancelled : step.Classes.Contains(error);

        public bool TryBegin(long now)
        {
            lock (_lock)
            {
                long second = now / TimeSpan.TicksPerSecond;
                if (second != _second)
                {
                    _second = second;
                    _begun = 0;
                }

                if (_running >= step.MaxConcurrency || _begun >= step.MaxPerSecond)
                {
                    return false;
                }

                _running++;
                _begun++;
                return true;
            }
        }

        public void End()
        {
            lock (_lock)
            {
                _running--;
            }
        }
    }
}
