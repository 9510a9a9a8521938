using Vouch.Statistics.Distributions;

namespace Vouch.Statistics.Sampling;

/// <summary>When an inspection ends: after each check it accepts up to one count of bad items and rejects from another on.</summary>
/// <param name="Size">The largest number of checks; then it is decided by the acceptance number.</param>
/// <param name="AcceptanceNumber">The largest number of bad items with which the full sample is accepted.</param>
/// <param name="Ends">Whether it ends before that, where the decision cannot change any more.</param>
/// <param name="Slope">The slope of Wald's parallel lines.</param>
/// <param name="AcceptFrom">Where the lower line starts: below 0, minus infinity for none.</param>
/// <param name="RejectFrom">Where the upper line starts: above 0, infinity for none.</param>
internal readonly record struct StoppingRule(long Size, long AcceptanceNumber, bool Ends, double Slope, double AcceptFrom, double RejectFrom)
{
    // A count within this distance of a line has reached it.
    private const double Tie = 1e-9;

    public static StoppingRule Single(long size, long acceptanceNumber, bool ends) => new(size, acceptanceNumber, ends, 0, double.NegativeInfinity, double.PositiveInfinity);

    public SamplingDecision Decide(long checks, long bad) =>
        bad >= RejectsAt(checks) ? SamplingDecision.Reject
        : bad <= AcceptsAt(checks) ? SamplingDecision.Accept
        : SamplingDecision.Continue;

    /// <summary>The exact behaviour, by dynamic programming over the number of bad items. For a lot the bad items are whole ones.</summary>
    public SamplingBehaviour Evaluate(double badShare, long? lotSize, long bad)
    {
        if (!Ends)
        {
            double chance = lotSize is { } lot ? HypergeometricDistribution.Cdf(AcceptanceNumber, lot, bad, Size) : BinomialDistribution.Cdf(AcceptanceNumber, Size, badShare);
            return new SamplingBehaviour(badShare, chance, Size);
        }

        // running[i] is the chance that the inspection goes on with least + i bad items.
        double[] running = new double[AcceptanceNumber + 3];
        running[0] = 1;
        int count = 1;
        long least = 0;
        double accepted = 0;
        double expected = 0;
        for (long checks = 1; checks <= Size && count > 0; checks++)
        {
            long acceptsAt = AcceptsAt(checks);
            long rejectsAt = RejectsAt(checks);
            double fromBelow = 0;
            int kept = 0;
            long first = least;
            for (int i = 0; i <= count; i++)
            {
                double here = i < count ? running[i] : 0;
                double chance = lotSize is { } lot ? Math.Clamp((double)(bad - (first + i)) / (lot - (checks - 1)), 0, 1) : badShare;
                expected += here;
                double mass = (here * (1 - chance)) + fromBelow;
                fromBelow = here * chance;
                if (first + i <= acceptsAt)
                {
                    accepted += mass;
                }
                else if (first + i < rejectsAt)
                {
                    least = kept == 0 ? first + i : least;
                    running[kept++] = mass;
                }
            }

            count = kept;
        }

        return new SamplingBehaviour(badShare, Math.Min(1, accepted), expected);
    }

    private long AcceptsAt(long checks)
    {
        long at = Ends ? checks - (Size - AcceptanceNumber) : checks == Size ? AcceptanceNumber : -1;
        return AcceptFrom == double.NegativeInfinity ? at : Math.Max(at, (long)Math.Floor(AcceptFrom + (Slope * checks) + Tie));
    }

    private long RejectsAt(long checks)
    {
        long at = Ends || checks == Size ? AcceptanceNumber + 1 : long.MaxValue;
        return RejectFrom == double.PositiveInfinity ? at : Math.Min(at, (long)Math.Ceiling(RejectFrom + (Slope * checks) - Tie));
    }
}
