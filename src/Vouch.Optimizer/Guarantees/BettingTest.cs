namespace Vouch.Optimizer.Guarantees;

/// <summary>
/// Tests that the mean of bounded observations is above a level, in a sample of known size: a gambler who starts with 1 bets on every observation before it is seen; were the mean at or below the
/// level, the chance of ever holding 1 / alpha would be at most alpha, for any distribution within the bounds and any sample size.
/// </summary>
/// <remarks>
/// <para>
/// The bets replicate a digital option: with the share p = alpha x wealth of the goal in hand and m observations to go, the bet is the one that a normal walk would need to be
/// right with chance p at the end. So the test spends the whole sample on reaching 1 / alpha and no more, and comes near the power of the normal test without its assumption: the bets use a running
/// estimate of the deviation, but the promise does not depend on it.
/// </para>
/// <para>Pure; linear time, no allocation. Sources: J. Ville, 1939; I. Waudby-Smith, A. Ramdas, <i>Estimating Means of Bounded Random Variables by Betting</i>, JRSS B 86 (2024);
/// M. Kulldorff, <i>Optimal Control of Favorable Games with a Time Limit</i>, SIAM J. Control 31 (1993); V. Voracek, F. Orabona, <i>STaR-Bets</i>, 2025.</para>
/// </remarks>
internal static class BettingTest
{
    // Never stakes more than this part of what the worst observation would cost.
    private const double LargestStake = 0.95;
    private const double PriorWeight = 5;

    /// <summary>The largest wealth reached against "the mean is at most <paramref name="level"/>".</summary>
    /// <param name="values">The observations, in an order that does not depend on them.</param>
    /// <param name="level">The level, above <paramref name="lowest"/>.</param>
    /// <param name="lowest">The least value an observation can take.</param>
    /// <param name="alpha">The chance of error that the bets aim at.</param>
    /// <returns>The wealth; its inverse is a p-value. Stops at 1 / alpha.</returns>
    public static double Wealth(ReadOnlySpan<double> values, double level, double lowest, double alpha)
    {
        double goal = 1 / alpha;
        double wealth = 1;
        double largest = 1;
        double limit = LargestStake / (level - lowest);

        // A quarter of the squared range is the largest variance there is: the prior guess is a tenth of the range.
        double squares = PriorWeight * 0.04;
        double weight = PriorWeight;
        for (int i = 0; i < values.Length; i++)
        {
            double deviation = Math.Sqrt(squares / weight);
            double share = wealth * alpha;
            double z = Quantile(Math.Clamp(share, 1e-12, 1 - 1e-9));
            double stake = Math.Exp(-0.5 * z * z) / (Math.Sqrt(2 * Math.PI) * share * deviation * Math.Sqrt(values.Length - i));
            double gain = values[i] - level;
            wealth *= 1 + (Math.Min(stake, limit) * gain);
            largest = Math.Max(largest, wealth);
            if (wealth >= goal)
            {
                return goal;
            }

            squares += gain * gain;
            weight++;
        }

        return largest;
    }

    /// <summary>The largest level that is rejected: with chance 1 - alpha the mean is above it.</summary>
    public static double LowerBound(ReadOnlySpan<double> values, double lowest, double highest, double alpha)
    {
        double low = lowest;
        double high = highest;
        for (int i = 0; i < 18; i++)
        {
            double middle = (low + high) / 2;
            if (Wealth(values, middle, lowest, alpha) >= (1 - 1e-12) / alpha)
            {
                low = middle;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }

    // To three digits, which is enough for a stake: M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 26.2.23.
    private static double Quantile(double p)
    {
        double t = Math.Sqrt(-2 * Math.Log(Math.Min(p, 1 - p)));
        double z = t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308)))))));
        return p < 0.5 ? -z : z;
    }
}
