namespace Vouch.Testing;

// The type arguments are named once by an alias (see the remarks); factories on a twin without them would ask for them at every call, as nothing infers them.
#pragma warning disable CA1000 // Do not declare static members on generic types

/// <summary>What a <see cref="FakeWorker{TUnit, TResult}"/> does with a unit: answer honestly, or one of the ways in which workers fail.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>
/// <para>Immutable and safe to share between workers. Behaviours combine: <c>Lie(...).WithProbability(0.2)</c>, <c>Hang().After(10)</c>,
/// <c>Honest.Delayed(TimeSpan.FromSeconds(3))</c>.</para>
/// <para>Shorten the name where it is used: <c>using Behavior = Vouch.Testing.WorkerBehavior&lt;int, double&gt;;</c>.</para>
/// </remarks>
public sealed class WorkerBehavior<TUnit, TResult>
{
    private readonly Func<WorkerCall<TUnit, TResult>, CancellationToken, ValueTask<TResult>> _answer;

    private WorkerBehavior(Func<WorkerCall<TUnit, TResult>, CancellationToken, ValueTask<TResult>> answer) => _answer = answer;

    /// <summary>Gets the behaviour that answers every unit honestly and at once.</summary>
    public static WorkerBehavior<TUnit, TResult> Honest { get; } = new(static (call, _) => new ValueTask<TResult>(call.AnswerHonestly()));

    /// <summary>Gets the behaviour that answers with the default value: null, zero, nothing.</summary>
    public static WorkerBehavior<TUnit, TResult> Nothing { get; } = new(static (_, _) => new ValueTask<TResult>(default(TResult)!));

    /// <summary>Gets the behaviour that answers with the answer to the unit the worker was given before. The very first unit is answered honestly.</summary>
    public static WorkerBehavior<TUnit, TResult> Stale { get; } = new(static (call, _) =>
        new ValueTask<TResult>(call.HasPrevious ? call.Compute(call.PreviousUnit!) : call.AnswerHonestly()));

    /// <summary>Makes a behaviour that throws.</summary>
    /// <param name="exception">Makes what is thrown; a <see cref="WorkerCrashException"/> where null.</param>
    /// <returns>The behaviour.</returns>
    public static WorkerBehavior<TUnit, TResult> Crash(Func<Exception>? exception = null) =>
        new((_, _) => ValueTask.FromException<TResult>(exception?.Invoke() ?? new WorkerCrashException()));

    /// <summary>Makes a behaviour that never answers.</summary>
    /// <param name="ignoreCancellation">Whether it goes on when the call is cancelled; otherwise it then stops at once.</param>
    /// <returns>The behaviour.</returns>
    public static WorkerBehavior<TUnit, TResult> Hang(bool ignoreCancellation = false) => new(async (_, cancellationToken) =>
    {
        var never = new TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        return await never.Task.WaitAsync(ignoreCancellation ? CancellationToken.None : cancellationToken).ConfigureAwait(false);
    });

    /// <summary>Makes a behaviour that answers with a lie.</summary>
    /// <param name="lie">Makes the lie from the unit.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="lie"/> is null.</exception>
    public static WorkerBehavior<TUnit, TResult> Lie(Func<TUnit, TResult> lie)
    {
        ArgumentNullException.ThrowIfNull(lie);
        return new((call, _) => new ValueTask<TResult>(lie(call.Unit)));
    }

    /// <summary>Makes a behaviour that answers with a lie drawn at random.</summary>
    /// <param name="lie">Makes the lie from the unit and the call's own random numbers: two liars tell different lies.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="lie"/> is null.</exception>
    public static WorkerBehavior<TUnit, TResult> Lie(Func<TUnit, Random, TResult> lie)
    {
        ArgumentNullException.ThrowIfNull(lie);
        return new((call, _) => new ValueTask<TResult>(lie(call.Unit, call.Random)));
    }

    /// <summary>Makes a behaviour that tells the same lie as everyone else who knows the secret, on the same units.</summary>
    /// <param name="secret">What the group shares.</param>
    /// <param name="lie">Makes the lie from the unit and random numbers that the group draws alike.</param>
    /// <param name="share">On which share of the units they lie, in [0, 1]; the rest is answered honestly.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="lie"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="share"/> is NaN or outside [0, 1].</exception>
    public static WorkerBehavior<TUnit, TResult> Collude(int secret, Func<TUnit, Random, TResult> lie, double share = 1)
    {
        ArgumentNullException.ThrowIfNull(lie);
        RequireShare(share, nameof(share));
        return new((call, _) =>
        {
            Random shared = call.SharedRandom(secret);
            return new ValueTask<TResult>(shared.NextDouble() < share ? lie(call.Unit, shared) : call.AnswerHonestly());
        });
    }

    /// <summary>Makes a behaviour that answers another unit than the one asked for.</summary>
    /// <param name="other">Chooses the other unit.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="other"/> is null.</exception>
    public static WorkerBehavior<TUnit, TResult> AnswerOf(Func<TUnit, TUnit> other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new((call, _) => new ValueTask<TResult>(call.Compute(other(call.Unit))));
    }

    /// <summary>Makes a behaviour of one's own.</summary>
    /// <param name="answer">Answers a call.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="answer"/> is null.</exception>
    public static WorkerBehavior<TUnit, TResult> Custom(Func<WorkerCall<TUnit, TResult>, CancellationToken, ValueTask<TResult>> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return new(answer);
    }

    /// <summary>Makes a behaviour that answers honestly at first and turns to this one then: a worker that earns trust to spend it.</summary>
    /// <param name="honestAnswers">The number of calls answered honestly, 0 or more.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="honestAnswers"/> is negative.</exception>
    public WorkerBehavior<TUnit, TResult> After(int honestAnswers)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(honestAnswers);
        return new((call, cancellationToken) => (call.Index < honestAnswers ? Honest : this).AnswerAsync(call, cancellationToken));
    }

    /// <summary>Makes a behaviour that does this only in a share of the calls, drawn at random, and answers the rest honestly.</summary>
    /// <param name="probability">The chance of a call, in [0, 1].</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="probability"/> is NaN or outside [0, 1].</exception>
    public WorkerBehavior<TUnit, TResult> WithProbability(double probability)
    {
        RequireShare(probability, nameof(probability));
        return new((call, cancellationToken) => (call.Random.NextDouble() < probability ? this : Honest).AnswerAsync(call, cancellationToken));
    }

    /// <summary>Makes a behaviour that does this only for some units and answers the rest honestly.</summary>
    /// <param name="predicate">Tells which units.</param>
    /// <returns>The behaviour.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="predicate"/> is null.</exception>
    public WorkerBehavior<TUnit, TResult> For(Func<TUnit, bool> predicate)
    {
        ArgumentNullException.ThrowIfNull(predicate);
        return new((call, cancellationToken) => (predicate(call.Unit) ? this : Honest).AnswerAsync(call, cancellationToken));
    }

    /// <summary>Makes a behaviour that waits on the worker's clock and does this then.</summary>
    /// <param name="delay">How long, zero or more.</param>
    /// <returns>The behaviour. A cancelled call ends its wait at once.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is negative.</exception>
    public WorkerBehavior<TUnit, TResult> Delayed(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return new(async (call, cancellationToken) =>
        {
            await Task.Delay(delay, call.TimeProvider, cancellationToken).ConfigureAwait(false);
            return await AnswerAsync(call, cancellationToken).ConfigureAwait(false);
        });
    }

    internal ValueTask<TResult> AnswerAsync(WorkerCall<TUnit, TResult> call, CancellationToken cancellationToken) => _answer(call, cancellationToken);

    private static void RequireShare(double value, string name)
    {
        if (!(value >= 0 && value <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "A share is a number in [0, 1].");
        }
    }
}
