namespace Vouch.Testing;

/// <summary>What happened in one call to a <see cref="FakeWorker{TUnit, TResult}"/>.</summary>
/// <typeparam name="TUnit">What was sent out.</typeparam>
/// <typeparam name="TResult">What came back.</typeparam>
/// <param name="Index">The number of the call among the worker's calls, from 0.</param>
/// <param name="Unit">The unit.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Answer">The answer where the outcome is <see cref="FakeCallOutcome.Answered"/>, the default value elsewhere.</param>
/// <param name="IsHonest">Whether the answer is the honest one of this unit: the truth that a test measures verdicts against. False for a call without an answer.</param>
/// <param name="StartedAt">When it began, by the worker's clock.</param>
/// <param name="EndedAt">When it ended, by the worker's clock, or null where it has not.</param>
public sealed record FakeWorkerCall<TUnit, TResult>(
    int Index,
    TUnit Unit,
    FakeCallOutcome Outcome,
    TResult? Answer,
    bool IsHonest,
    DateTimeOffset StartedAt,
    DateTimeOffset? EndedAt);
