namespace Vouch.Testing;

/// <summary>One call as a <see cref="WorkerBehavior{TUnit, TResult}"/> sees it.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>Belongs to its call; not to be shared between threads or kept.</remarks>
public sealed class WorkerCall<TUnit, TResult>
{
    private readonly FakeWorker<TUnit, TResult> _worker;
    private readonly string _key;
    private Random? _random;

    internal WorkerCall(FakeWorker<TUnit, TResult> worker, TUnit unit, string key, int index, int attempt, bool hasPrevious, TUnit? previous)
    {
        _worker = worker;
        _key = key;
        Unit = unit;
        Index = index;
        Attempt = attempt;
        HasPrevious = hasPrevious;
        PreviousUnit = previous;
    }

    /// <summary>Gets the unit.</summary>
    public TUnit Unit { get; }

    /// <summary>Gets the number of the call among the worker's calls, from 0.</summary>
    public int Index { get; }

    /// <summary>Gets how often the worker was given this unit before.</summary>
    public int Attempt { get; }

    /// <summary>Gets whether the worker was given a unit before this one.</summary>
    public bool HasPrevious { get; }

    /// <summary>Gets the unit the worker was given last before this one, the default value where <see cref="HasPrevious"/> is false.</summary>
    public TUnit? PreviousUnit { get; }

    /// <summary>Gets the clock of the worker.</summary>
    public TimeProvider TimeProvider => _worker.TimeProvider;

    /// <summary>
    /// Gets random numbers of this call. They depend on the worker's seed and id, the unit's text and <see cref="Attempt"/> only: the order in which
    /// threads call the worker does not change them.
    /// </summary>
    public Random Random => _random ??= new Random(StableHash.Seed(_worker.Seed, _worker.Id.Value, _key, Attempt));

    /// <summary>Gets whether <see cref="AnswerHonestly"/> made the answer.</summary>
    internal bool IsHonest { get; private set; }

    /// <summary>Computes the honest answer and marks the call as answered honestly.</summary>
    /// <returns>The honest answer.</returns>
    public TResult AnswerHonestly()
    {
        TResult answer = _worker.Compute(Unit);
        IsHonest = true;
        return answer;
    }

    /// <summary>Computes the honest answer to any unit without marking the call as answered honestly: the raw material of lies.</summary>
    /// <param name="unit">The unit.</param>
    /// <returns>The honest answer to it.</returns>
    public TResult Compute(TUnit unit) => _worker.Compute(unit);

    /// <summary>Random numbers that everyone who knows a secret draws alike for this unit, whatever the worker and the attempt.</summary>
    /// <param name="secret">The secret.</param>
    /// <returns>A new generator.</returns>
    public Random SharedRandom(int secret) => new(StableHash.Seed(secret, string.Empty, _key, 0));
}
