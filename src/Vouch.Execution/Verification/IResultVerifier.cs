using Vouch.Execution.Jobs;

namespace Vouch.Execution.Verification;

/// <summary>Looks at results that untrusted workers sent. The host brings it: only the host knows what a right result looks like.</summary>
/// <typeparam name="TUnit">What is sent out.</typeparam>
/// <typeparam name="TResult">What comes back.</typeparam>
/// <remarks>
/// Implementations are called concurrently. An exception counts as an inconclusive check: a verifier that cannot look never accepts and never accuses.
/// A verifier offers a direct check (<see cref="CanCheck"/>), a comparison of two answers (<see cref="CanCompare"/>), or both.
/// </remarks>
public interface IResultVerifier<TUnit, TResult>
{
    /// <summary>Gets whether <see cref="CheckAsync"/> can tell a wrong result from a right one.</summary>
    bool CanCheck { get; }

    /// <summary>Gets whether <see cref="AgreeAsync"/> can tell whether two results say the same.</summary>
    bool CanCompare { get; }

    /// <summary>Gets the usual work of one check as a share of doing the unit once; what the planning of checks reckons with.</summary>
    /// <value>Finite and 0 or more.</value>
    double CheckWorkShare { get; }

    /// <summary>Gets a lower bound on the chance that one check fails a wrong result; what the planning of checks reckons with.</summary>
    /// <value>A fraction in [0, 1).</value>
    double DetectionPower { get; }

    /// <summary>Looks at the form of a result: present, of the right size, finite. Cheap and free of randomness; a defect is proof against the worker.</summary>
    /// <param name="unit">The unit that was asked for.</param>
    /// <param name="result">What came back; may be null.</param>
    /// <returns>What is wrong with its form, or null where nothing is.</returns>
    string? FindDefect(WorkUnit<TUnit> unit, TResult result);

    /// <summary>Checks a well-formed result against the truth as far as that is affordable.</summary>
    /// <param name="unit">The unit that was asked for.</param>
    /// <param name="result">A result without a defect.</param>
    /// <param name="seed">Where to look, unpredictable for workers: each check of a run gets another seed.</param>
    /// <param name="cancellationToken">Cancelled when the job ends.</param>
    /// <returns>The outcome with its power and its false alarm rate.</returns>
    ValueTask<ResultCheck> CheckAsync(WorkUnit<TUnit> unit, TResult result, ulong seed, CancellationToken cancellationToken);

    /// <summary>Tells whether two well-formed results of one unit say the same.</summary>
    /// <param name="unit">The unit that was asked for.</param>
    /// <param name="first">A result without a defect.</param>
    /// <param name="second">Another result without a defect.</param>
    /// <param name="cancellationToken">Cancelled when the job ends.</param>
    ValueTask<bool> AgreeAsync(WorkUnit<TUnit> unit, TResult first, TResult second, CancellationToken cancellationToken);
}
