namespace Vouch.Optimizer.Learning;

/// <summary>One line of the decision log, as an off-policy estimate needs it.</summary>
/// <param name="Position">The position that answered.</param>
/// <param name="Propensity">The chance with which it was chosen, in (0, 1].</param>
/// <param name="Reward">What came of it: a score, or a score minus a price, finite.</param>
/// <param name="TargetPosition">What the policy under judgement would have chosen.</param>
/// <param name="PredictedReward">What a model expected of <paramref name="Position"/>, finite.</param>
/// <param name="PredictedTargetReward">What a model expects of <paramref name="TargetPosition"/>, finite.</param>
public readonly record struct LoggedDecision(int Position, double Propensity, double Reward, int TargetPosition, double PredictedReward, double PredictedTargetReward)
{
    /// <summary>Gets the chance with which <see cref="TargetPosition"/> could have been chosen: <see cref="ContextualBandit.PropensityOf"/>.</summary>
    /// <value>A chance in (0, 1]; 0 (the default) where it was not logged. With it on every decision the interval does not depend on which rare choices happened to be drawn.</value>
    public double TargetPropensity { get; init; }
}
