namespace Vouch.TrustEngine.Reputation;

/// <summary>A binomial opinion of subjective logic: belief, disbelief and uncertainty that add up to 1, and a base rate for where there is no evidence.</summary>
/// <remarks>
/// Source: A. Jøsang, <i>Subjective Logic</i>, Springer, 2016 (non-informative prior weight 2; cumulative fusion; discounting that favours uncertainty).
/// Immutable and safe to share. The default value is not an opinion; use <see cref="Vacuous"/>.
/// </remarks>
public readonly record struct Opinion
{
    private const double PriorWeight = 2;
    private const double Slack = 1e-9;

    /// <summary>Initializes an opinion.</summary>
    /// <param name="belief">The belief that the statement is true, in [0, 1].</param>
    /// <param name="disbelief">The belief that it is false, in [0, 1].</param>
    /// <param name="uncertainty">What is left to chance, in [0, 1]; the three add up to 1.</param>
    /// <param name="baseRate">The chance that it is true where nothing is known, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is NaN or outside [0, 1], or the three do not add up to 1 within 1e-9.</exception>
    public Opinion(double belief, double disbelief, double uncertainty, double baseRate = 0.5)
    {
        RequireFraction(belief, nameof(belief));
        RequireFraction(disbelief, nameof(disbelief));
        RequireFraction(uncertainty, nameof(uncertainty));
        RequireFraction(baseRate, nameof(baseRate));
        if (Math.Abs(belief + disbelief + uncertainty - 1) > Slack)
        {
            throw new ArgumentOutOfRangeException(nameof(uncertainty), belief + disbelief + uncertainty, "Belief, disbelief and uncertainty add up to 1.");
        }

        Belief = belief;
        Disbelief = disbelief;
        Uncertainty = uncertainty;
        BaseRate = baseRate;
    }

    /// <summary>Gets the opinion of one who knows nothing, with a base rate of one half.</summary>
    public static Opinion Vacuous => new(0, 0, 1);

    /// <summary>Gets the belief that the statement is true, in [0, 1].</summary>
    public double Belief { get; }

    /// <summary>Gets the belief that it is false, in [0, 1].</summary>
    public double Disbelief { get; }

    /// <summary>Gets what is left to chance, in [0, 1].</summary>
    public double Uncertainty { get; }

    /// <summary>Gets the chance that it is true where nothing is known, in [0, 1].</summary>
    public double BaseRate { get; }

    /// <summary>Gets the probability that the opinion comes to: belief plus the base rate's part of the uncertainty.</summary>
    public double Projected => Belief + (BaseRate * Uncertainty);

    /// <summary>Forms an opinion from evidence.</summary>
    /// <param name="positive">The weight of evidence for, 0 or more and finite.</param>
    /// <param name="negative">The weight of evidence against, 0 or more and finite.</param>
    /// <param name="baseRate">The chance that it is true where nothing is known, in [0, 1].</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public static Opinion FromEvidence(double positive, double negative, double baseRate = 0.5)
    {
        RequireEvidence(positive, nameof(positive));
        RequireEvidence(negative, nameof(negative));

        // Scaled, so that evidence near the largest double does not overflow.
        double scale = Math.Max(1, Math.Max(positive, negative));
        double total = (positive / scale) + (negative / scale) + (PriorWeight / scale);
        return new Opinion(positive / scale / total, negative / scale / total, PriorWeight / scale / total, baseRate);
    }

    /// <summary>Joins two opinions on one statement that rest on different evidence (cumulative fusion).</summary>
    /// <param name="other">The other opinion.</param>
    /// <returns>The opinion that all the evidence together leads to; two without uncertainty count equally. The base rate is the mean of both.</returns>
    public Opinion Fuse(Opinion other)
    {
        double baseRate = (BaseRate + other.BaseRate) / 2;
        double total = Uncertainty + other.Uncertainty - (Uncertainty * other.Uncertainty);
        if (total <= 0)
        {
            return new Opinion((Belief + other.Belief) / 2, (Disbelief + other.Disbelief) / 2, 0, baseRate);
        }

        return Normalized(
            ((Belief * other.Uncertainty) + (other.Belief * Uncertainty)) / total,
            ((Disbelief * other.Uncertainty) + (other.Disbelief * Uncertainty)) / total,
            Uncertainty * other.Uncertainty / total,
            baseRate);
    }

    /// <summary>Takes over an opinion as far as its holder is trusted: distrust and uncertainty about the holder both become uncertainty.</summary>
    /// <param name="trustInSource">The opinion about the one who holds this opinion.</param>
    /// <returns>The discounted opinion, with this one's base rate.</returns>
    public Opinion DiscountBy(Opinion trustInSource) => Normalized(
        trustInSource.Belief * Belief,
        trustInSource.Belief * Disbelief,
        trustInSource.Disbelief + trustInSource.Uncertainty + (trustInSource.Belief * Uncertainty),
        BaseRate);

    private static Opinion Normalized(double belief, double disbelief, double uncertainty, double baseRate) =>
        new(Math.Clamp(belief, 0, 1), Math.Clamp(disbelief, 0, 1), Math.Clamp(uncertainty, 0, 1), baseRate);

    private static void RequireFraction(double value, string name)
    {
        if (!(value is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(name, value, "A number in [0, 1].");
        }
    }

    private static void RequireEvidence(double value, string name)
    {
        if (!(value >= 0 && double.IsFinite(value)))
        {
            throw new ArgumentOutOfRangeException(name, value, "Evidence is a finite number, 0 or more.");
        }
    }
}
