using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sampling;

/// <summary>Spot checks of workers of whom a fraction is faulty: how many to pass before results are credible, and how long a cheater survives.</summary>
/// <remarks>
/// Pure functions, safe to call from any thread, without allocation. Source: L. Sarmenta, <i>Sabotage-Tolerance Mechanisms for Volunteer Computing
/// Systems</i>, Future Generation Computer Systems 18 (2002).
/// </remarks>
public static class SpotCheck
{
    /// <summary>The number of passed checks after which a worker's result is wrong with at most the target chance, where caught workers stay or come back under new names.</summary>
    /// <param name="faultyFraction">The greatest share of faulty workers assumed, in (0, 1).</param>
    /// <param name="targetError">The chance of a wrong result, in (0, 1).</param>
    /// <returns>The smallest k with f / k at most the target; <see cref="long.MaxValue"/> where it is beyond that.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static long ChecksWithoutBlacklisting(double faultyFraction, double targetError)
    {
        Require.Confidence(faultyFraction);
        Require.Confidence(targetError);
        return Rounding.CeilingToLong(faultyFraction / targetError);
    }

    /// <summary>The number of passed checks after which a worker's result is wrong with at most the target chance, where a caught worker is excluded for good.</summary>
    /// <param name="faultyFraction">The greatest share of faulty workers assumed, in (0, 1).</param>
    /// <param name="targetError">The chance of a wrong result, in (0, 1).</param>
    /// <returns>The smallest k with f / ((1 - f) e k) at most the target, e being Euler's number; <see cref="long.MaxValue"/> where it is beyond that.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static long ChecksWithBlacklisting(double faultyFraction, double targetError)
    {
        Require.Confidence(faultyFraction);
        Require.Confidence(targetError);
        return Rounding.CeilingToLong(faultyFraction / ((1 - faultyFraction) * Math.E * targetError));
    }

    /// <summary>The chance that a cheater is never caught, where each task is checked at random and independently, and a check of a bad result always catches.</summary>
    /// <param name="checkRate">The chance that a task is checked, in [0, 1].</param>
    /// <param name="cheatRate">The chance that a task is cheated on, in [0, 1].</param>
    /// <param name="tasks">The number of tasks, 0 or more.</param>
    /// <returns>(1 - checkRate cheatRate)^tasks.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public static double Survival(double checkRate, double cheatRate, long tasks)
    {
        Require.Probability(checkRate);
        Require.Probability(cheatRate);
        ArgumentOutOfRangeException.ThrowIfNegative(tasks);
        double caught = checkRate * cheatRate;
        return tasks == 0 ? 1 : Math.Exp(tasks * Smooth.Log1P(-caught));
    }

    /// <summary>The expected number of bad results that pass unchecked before a cheater is caught. It does not depend on how often the cheater cheats.</summary>
    /// <param name="checkRate">The chance that a task is checked, in [0, 1].</param>
    /// <returns>(1 - checkRate) / checkRate; infinity without checks.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="checkRate"/> is outside [0, 1].</exception>
    public static double ExpectedBadResultsBeforeCaught(double checkRate)
    {
        Require.Probability(checkRate);
        return (1 - checkRate) / checkRate;
    }
}
