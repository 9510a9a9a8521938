using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Sequential;

/// <summary>Wald's sequential probability ratio test of a proportion: observe one by one, and stop as soon as either error bound is met.</summary>
/// <remarks>
/// <para>Null hypothesis: events (failed checks, say) occur with chance p0. Alternative: with chance p1 > p0. The test rejects the null once the log-
/// likelihood ratio reaches log((1 - beta) / alpha) and accepts it
/// once the ratio falls to log(beta / (1 - alpha)). Both error rates together are at most alpha + beta, and each at most about its nominal value (alpha /
/// (1 - beta), beta / (1 - alpha)); <see cref="Evaluate"/> gives the exact figures.</para>
/// <para>The ratio is computed from the two counts, so it does not drift. A ratio within 1e-12 (relative) of a boundary has reached it. One observer at a
/// time: not safe for concurrent <see cref="Add"/>; <see cref="Evaluate"/> is pure.</para>
/// <para>Source: A. Wald, <i>Sequential Tests of Statistical Hypotheses</i>, Annals of Mathematical Statistics 16 (1945).</para>
/// </remarks>
public sealed class SequentialProbabilityRatioTest
{
    private const double Tie = 1e-12;
    private const double Negligible = 1e-18;

    /// <summary>Initializes a test.</summary>
    /// <param name="nullProbability">The chance of an event under the null hypothesis, p0 in (0, 1).</param>
    /// <param name="alternativeProbability">The chance of an event under the alternative, p1 in (p0, 1).</param>
    /// <param name="alpha">The nominal chance of rejecting a true null hypothesis, in (0, 1).</param>
    /// <param name="beta">The nominal chance of accepting it when the alternative holds, in (0, 1 - <paramref name="alpha"/>).</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public SequentialProbabilityRatioTest(double nullProbability, double alternativeProbability, double alpha, double beta)
    {
        Require.Confidence(nullProbability);
        if (!(alternativeProbability > nullProbability && alternativeProbability < 1))
        {
            Require.ThrowOutOfRange(nameof(alternativeProbability), alternativeProbability, "above the null probability and below 1");
        }

        Require.Confidence(alpha);
        if (!(beta > 0 && beta < 1 - alpha))
        {
            Require.ThrowOutOfRange(nameof(beta), beta, "above 0 and below 1 - alpha");
        }

        NullProbability = nullProbability;
        AlternativeProbability = alternativeProbability;
        Alpha = alpha;
        Beta = beta;
        UpperBoundary = Math.Log((1 - beta) / alpha);
        LowerBoundary = Math.Log(beta / (1 - alpha));
        EventStep = Math.Log(alternativeProbability / nullProbability);
        NonEventStep = Smooth.Log1P(-(alternativeProbability - nullProbability) / (1 - nullProbability));
    }

    /// <summary>Gets the chance of an event under the null hypothesis.</summary>
    public double NullProbability { get; }

    /// <summary>Gets the chance of an event under the alternative.</summary>
    public double AlternativeProbability { get; }

    /// <summary>Gets the nominal chance of rejecting a true null hypothesis.</summary>
    public double Alpha { get; }

    /// <summary>Gets the nominal chance of accepting the null hypothesis when the alternative holds.</summary>
    public double Beta { get; }

    /// <summary>Gets the log-likelihood ratio from which on the null hypothesis is rejected.</summary>
    public double UpperBoundary { get; }

    /// <summary>Gets the log-likelihood ratio down to which the test goes on; at or below it the null hypothesis is accepted.</summary>
    public double LowerBoundary { get; }

    /// <summary>Gets what one event adds to the log-likelihood ratio, above 0.</summary>
    public double EventStep { get; }

    /// <summary>Gets what one observation without an event adds, below 0.</summary>
    public double NonEventStep { get; }

    /// <summary>Gets the number of observations so far.</summary>
    public long Observations { get; private set; }

    /// <summary>Gets the number of events among them.</summary>
    public long Events { get; private set; }

    /// <summary>Gets the decision so far. Once made it stays.</summary>
    public SequentialDecision Decision { get; private set; }

    /// <summary>Gets the log-likelihood ratio of the observations so far.</summary>
    public double LogLikelihoodRatio => Ratio(Observations, Events);

    /// <summary>Takes one observation.</summary>
    /// <param name="isEvent">Whether the event, such as a failed check, occurred.</param>
    /// <returns>The decision. Observations after a decision are not counted.</returns>
    public SequentialDecision Add(bool isEvent)
    {
        if (Decision == SequentialDecision.Continue)
        {
            Observations++;
            Events += isEvent ? 1 : 0;
            Decision = Decide(LogLikelihoodRatio);
        }

        return Decision;
    }

    /// <summary>Forgets all observations.</summary>
    public void Reset()
    {
        Observations = 0;
        Events = 0;
        Decision = SequentialDecision.Continue;
    }

    /// <summary>The exact behaviour of the test at a true proportion, by dynamic programming over the number of events.</summary>
    /// <param name="trueProbability">The true chance of an event, in [0, 1].</param>
    /// <param name="horizon">The number of observations to follow at most, 1 or more.</param>
    /// <returns>The chances of both decisions and the expected length. Follows the test until the chance that it still runs is below 1e-18.</returns>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    /// <remarks>O(n w) time and O(w) memory, n being the longest run of interest and w the number of events that the boundaries leave open at a time.</remarks>
    public OperatingCharacteristic Evaluate(double trueProbability, long horizon = 10_000_000)
    {
        Require.Probability(trueProbability);
        ArgumentOutOfRangeException.ThrowIfLessThan(horizon, 1);
        double[] running = new double[(int)((UpperBoundary - LowerBoundary) / (EventStep - NonEventStep)) + 4];
        running[0] = 1;
        long least = 0;
        int count = 1;
        double remaining = 1;
        double accept = 0;
        double reject = 0;
        double length = 0;
        long step = 0;
        while (step < horizon && remaining > Negligible)
        {
            step++;
            length += remaining;
            (count, double accepted, double rejected) = Advance(running, count, step, ref least, trueProbability);
            accept += accepted;
            reject += rejected;
            remaining = 0;
            for (int i = 0; i < count; i++)
            {
                remaining += running[i];
            }
        }

        return new OperatingCharacteristic(trueProbability, accept, reject, length, remaining, step);
    }

    // running[i] is the chance that the test still runs with least + i events. One more observation; what crosses a boundary leaves.
    private (int Count, double Accepted, double Rejected) Advance(double[] running, int count, long step, ref long least, double probability)
    {
        double accepted = 0;
        double rejected = 0;
        int kept = 0;
        double fromBelow = 0;
        long first = least;
        long newLeast = -1;
        for (int i = 0; i <= count; i++)
        {
            double here = i < count ? running[i] : 0;
            double mass = (here * (1 - probability)) + (fromBelow * probability);
            fromBelow = here;
            switch (Decide(Ratio(step, first + i)))
            {
                case SequentialDecision.AcceptNull:
                    accepted += mass;
                    break;
                case SequentialDecision.RejectNull:
                    rejected += mass;
                    break;
                default:
                    newLeast = newLeast < 0 ? first + i : newLeast;
                    running[kept++] = mass;
                    break;
            }
        }

        least = newLeast < 0 ? first : newLeast;
        return (kept, accepted, rejected);
    }

    private double Ratio(long observations, long events) => (events * EventStep) + ((observations - events) * NonEventStep);

    private SequentialDecision Decide(double ratio) =>
        ratio >= UpperBoundary * (1 - Tie) ? SequentialDecision.RejectNull
        : ratio <= LowerBoundary * (1 - Tie) ? SequentialDecision.AcceptNull
        : SequentialDecision.Continue;
}
