using Vouch.Statistics.Distributions;

namespace Vouch.TrustEngine.Reputation;

/// <summary>The chance of a wrong next result where some workers are honest and the others cheat at rates that nobody knows: a point mass at the honest rate beside an even spread.</summary>
/// <remarks>Source: T. J. Mitchell and J. J. Beauchamp, "Bayesian variable selection in linear regression", <i>JASA</i> 83, 1988 (spike-and-slab priors).</remarks>
internal static class MixedPrior
{
    /// <param name="right">The weight of right results.</param>
    /// <param name="wrong">The weight of wrong results.</param>
    /// <param name="newcomer">The chance that a newcomer's result is wrong.</param>
    /// <param name="honest">The failure rate of an honest worker.</param>
    public static double NextError(double right, double wrong, double newcomer, double honest)
    {
        double cheats = (newcomer - honest) / (0.5 - honest);
        if (!(cheats < 1))
        {
            // Newcomers that err half of the time or more leave no room for honest ones in this model.
            return (wrong + newcomer) / (right + wrong + 1);
        }

        double spread = Math.Log(Math.Max(cheats, double.Epsilon)) + SpecialFunctions.LogBeta(wrong + 1, right + 1);
        double point = double.LogP1(-cheats) + (wrong * Math.Log(honest)) + (right * double.LogP1(-honest));
        double isCheat = 1 / (1 + Math.Exp(point - spread));
        return (isCheat * (wrong + 1) / (right + wrong + 2)) + ((1 - isCheat) * honest);
    }
}
