namespace Vouch.Economy.Online;

/// <summary>How often work on machines that may vanish is worth saving.</summary>
/// <remarks>Thread-safe. All times in one unit.</remarks>
public static class CheckpointInterval
{
    /// <summary>The first-order optimum: the square root of twice the cost of a checkpoint times the mean time between failures.</summary>
    /// <param name="checkpointCost">How long a checkpoint takes, above zero, finite.</param>
    /// <param name="meanTimeBetweenFailures">The mean time between failures, above zero; positive infinity where there are none.</param>
    /// <returns>How long to work between two checkpoints; positive infinity where there are no failures.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: J. W. Young, <i>A first order approximation to the optimum checkpoint interval</i>, Communications of the ACM 17, 1974. Good while the cost is far below the time between failures.</remarks>
    public static double Young(double checkpointCost, double meanTimeBetweenFailures)
    {
        Check(checkpointCost, meanTimeBetweenFailures);
        return Math.Sqrt(2 * checkpointCost * meanTimeBetweenFailures);
    }

    /// <summary>The higher-order optimum, which holds where checkpoints are dear too.</summary>
    /// <param name="checkpointCost">How long a checkpoint takes, above zero, finite.</param>
    /// <param name="meanTimeBetweenFailures">The mean time between failures, above zero; positive infinity where there are none.</param>
    /// <returns>How long to work between two checkpoints; the mean time between failures itself where a checkpoint costs twice as much or more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: J. T. Daly, <i>A higher order estimate of the optimum checkpoint interval for restart dumps</i>, Future Generation Computer Systems 22, 2006, equation 37.</remarks>
    public static double Daly(double checkpointCost, double meanTimeBetweenFailures)
    {
        Check(checkpointCost, meanTimeBetweenFailures);
        if (double.IsPositiveInfinity(meanTimeBetweenFailures))
        {
            return double.PositiveInfinity;
        }

        double ratio = checkpointCost / (2 * meanTimeBetweenFailures);
        return ratio >= 1
            ? meanTimeBetweenFailures
            : (Math.Sqrt(2 * checkpointCost * meanTimeBetweenFailures) * (1 + (Math.Sqrt(ratio) / 3) + (ratio / 9))) - checkpointCost;
    }

    /// <summary>The share of the time that is lost to checkpoints, repeated work and restarts at an interval, failures taken as exponential.</summary>
    /// <param name="interval">How long is worked between two checkpoints, above zero, finite.</param>
    /// <param name="checkpointCost">How long a checkpoint takes, above zero, finite.</param>
    /// <param name="meanTimeBetweenFailures">The mean time between failures, above zero, finite.</param>
    /// <param name="restartCost">How long a restart takes, 0 or more, finite.</param>
    /// <returns>A fraction in [0, 1).</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>Source: J. T. Daly, 2006, equation 20: wall time M e^(R/M) (e^((t+d)/M) - 1) per interval of work t.</remarks>
    public static double LostShare(double interval, double checkpointCost, double meanTimeBetweenFailures, double restartCost = 0)
    {
        Check(checkpointCost, meanTimeBetweenFailures);
        if (!(interval > 0 && double.IsFinite(interval)))
        {
            throw new ArgumentOutOfRangeException(nameof(interval), interval, "An interval is a finite number above 0.");
        }

        if (!double.IsFinite(meanTimeBetweenFailures))
        {
            throw new ArgumentOutOfRangeException(nameof(meanTimeBetweenFailures), meanTimeBetweenFailures, "The mean time between failures is finite here.");
        }

        if (!(restartCost >= 0 && double.IsFinite(restartCost)))
        {
            throw new ArgumentOutOfRangeException(nameof(restartCost), restartCost, "A cost is a finite number of 0 or more.");
        }

        double wall = meanTimeBetweenFailures * Math.Exp(restartCost / meanTimeBetweenFailures) * (Math.Exp((interval + checkpointCost) / meanTimeBetweenFailures) - 1);
        return 1 - (interval / wall);
    }

    private static void Check(double checkpointCost, double meanTimeBetweenFailures)
    {
        if (!(checkpointCost > 0 && double.IsFinite(checkpointCost)))
        {
            throw new ArgumentOutOfRangeException(nameof(checkpointCost), checkpointCost, "The cost of a checkpoint is a finite number above 0.");
        }

        if (!(meanTimeBetweenFailures > 0))
        {
            throw new ArgumentOutOfRangeException(nameof(meanTimeBetweenFailures), meanTimeBetweenFailures, "The mean time between failures is a number above 0.");
        }
    }
}
