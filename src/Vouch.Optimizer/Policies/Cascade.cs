using Vouch.Core.Validation;

namespace Vouch.Optimizer.Policies;

/// <summary>Asks two cheap independent endpoints; where their answers agree the first one's is accepted, else the third endpoint decides.</summary>
/// <param name="First">The position of the endpoint whose answer is accepted on agreement.</param>
/// <param name="Second">The position of the endpoint that must agree.</param>
/// <param name="Escalation">The position of the endpoint that decides on disagreement.</param>
/// <remarks>
/// Its full cost is that of both cheap answers, plus that of the third where they disagree. The promise rests on endpoints that err independently: two of
/// one family agree on the same wrong answer more often. Immutable and safe to share.
/// </remarks>
public sealed record Cascade(int First, int Second, int Escalation)
{
    /// <summary>The position whose answer is final.</summary>
    /// <param name="firstAnswer">The first endpoint's final answer.</param>
    /// <param name="secondAnswer">The second endpoint's final answer.</param>
    /// <param name="agreement">How answers are compared.</param>
    /// <returns><see cref="First"/> where they agree, else <see cref="Escalation"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="agreement"/> is null.</exception>
    public int Resolve(ReadOnlySpan<char> firstAnswer, ReadOnlySpan<char> secondAnswer, IAnswerAgreement agreement)
    {
        ArgumentNullException.ThrowIfNull(agreement);
        return agreement.Agree(firstAnswer, secondAnswer) ? First : Escalation;
    }

    /// <summary>The cost of one query.</summary>
    /// <param name="firstCost">The cost of the first answer, finite, 0 or more.</param>
    /// <param name="secondCost">The cost of the second answer, finite, 0 or more.</param>
    /// <param name="escalationCost">The cost of the third answer, finite, 0 or more.</param>
    /// <param name="agreementProbability">The chance that the two agree, in [0, 1].</param>
    /// <returns>The expected cost.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double ExpectedCost(double firstCost, double secondCost, double escalationCost, double agreementProbability)
    {
        Boundary.NonNegative(firstCost);
        Boundary.NonNegative(secondCost);
        Boundary.NonNegative(escalationCost);
        Boundary.Share(agreementProbability);
        return firstCost + secondCost + ((1 - agreementProbability) * escalationCost);
    }
}
