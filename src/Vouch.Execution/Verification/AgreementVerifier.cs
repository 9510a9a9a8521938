using Vouch.Execution.Jobs;

namespace Vouch.Execution.Verification;

/// <summary>Verifies by replication alone: independent workers must send equal results. For work whose right answer is exact.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>Safe to share when the comparer and the defect test are.</remarks>
public sealed class AgreementVerifier<TUnit, TResult> : IResultVerifier<TUnit, TResult>
{
    private readonly IEqualityComparer<TResult> _comparer;
    private readonly Func<TUnit, TResult, string?>? _findDefect;

    /// <summary>Initializes a verifier.</summary>
    /// <param name="comparer">Tells whether two results are equal; null takes the default comparer.</param>
    /// <param name="findDefect">Says what is wrong with the form of a result, or null where nothing is; null tests for null only.</param>
    public AgreementVerifier(IEqualityComparer<TResult>? comparer = null, Func<TUnit, TResult, string?>? findDefect = null)
    {
        _comparer = comparer ?? EqualityComparer<TResult>.Default;
        _findDefect = findDefect;
    }

    /// <inheritdoc />
    public bool CanCheck => false;

    /// <inheritdoc />
    public bool CanCompare => true;

    /// <inheritdoc />
    public double CheckWorkShare => 0;

    /// <inheritdoc />
    public double DetectionPower => 0;

    /// <inheritdoc />
    public string? FindDefect(WorkUnit<TUnit> unit, TResult result)
    {
        ArgumentNullException.ThrowIfNull(unit);
        return result is null ? "The worker sent nothing." : _findDefect?.Invoke(unit.Payload, result);
    }

    /// <inheritdoc />
    /// <remarks>Never called by the executor, since <see cref="CanCheck"/> is false; answers <see cref="CheckVerdict.Inconclusive"/>.</remarks>
    public ValueTask<ResultCheck> CheckAsync(WorkUnit<TUnit> unit, TResult result, ulong seed, CancellationToken cancellationToken) =>
        new(new ResultCheck(CheckVerdict.Inconclusive, 0, 0.5, 0, "This verifier compares answers; it cannot check one alone."));

    /// <inheritdoc />
    public ValueTask<bool> AgreeAsync(WorkUnit<TUnit> unit, TResult first, TResult second, CancellationToken cancellationToken) =>
        new(_comparer.Equals(first, second));
}
