using Vouch.Statistics.Distributions;

namespace Vouch.TrustEngine.Reputation;

/// <summary>Tests whether a failure rate exceeds a tolerated one, at any moment, as often as one likes.</summary>
/// <remarks>
/// The e-value is the likelihood of the record under rates spread evenly over (p0, 1] against that under p0. For every rate up to p0 it is a
/// nonnegative supermartingale that starts at 1, so the chance that it ever reaches 1/alpha is at most alpha (J. Ville, 1939; A. Ramdas et al.,
/// "Game-theoretic statistics and safe anytime-valid inference", <i>Statistical Science</i> 38(4), 2023). Weights of 1 or less keep that (Jensen).
/// </remarks>
internal static class FailureRateTest
{
    /// <summary>The natural logarithm of the e-value against "the failure rate is at most <paramref name="tolerated"/>".</summary>
    public static double LogEvidence(double failed, double passed, double tolerated)
    {
        double above = BetaDistribution.UpperTail(tolerated, failed + 1, passed + 1);
        return SpecialFunctions.LogBeta(failed + 1, passed + 1)
            + Math.Log(Math.Max(above, double.Epsilon))
            - double.LogP1(-tolerated)
            - (failed * Math.Log(tolerated))
            - (passed * double.LogP1(-tolerated));
    }
}
