using Vouch.Core.Models;

namespace Vouch.TrustEngine.Consensus;

/// <summary>Who votes, and what each ballot weighs once no voter weighs more than the promise allows.</summary>
internal sealed class Electorate
{
    private const double LeastWeight = 1e-15;
    private const double Margin = 1 - 1e-12;
    private const int Halvings = 100;

    private Electorate(double[] ballotWeights, int voters, int assumedLiars, int toleratedLiars, double liarShare)
    {
        BallotWeights = ballotWeights;
        Voters = voters;
        AssumedLiars = assumedLiars;
        ToleratedLiars = toleratedLiars;
        LiarShare = liarShare;
    }

    /// <summary>The weight of each ballot, in the order given; they add up to 1.</summary>
    public double[] BallotWeights { get; }

    public int Voters { get; }

    public int AssumedLiars { get; }

    /// <summary>How many voters, whichever they are, weigh less than half together.</summary>
    public int ToleratedLiars { get; }

    /// <summary>The greatest share of the weight that as many voters as are assumed to lie can have.</summary>
    public double LiarShare { get; }

    public bool CarriesPromise(ConsensusOptions options) => Voters >= options.MinVoters && Voters > 0 && ToleratedLiars >= AssumedLiars;

    public static Electorate Of(ReadOnlySpan<(WorkerId Worker, string? Entity, double Weight)> ballots, ConsensusOptions options)
    {
        var voterOf = new int[ballots.Length];
        var index = new Dictionary<(bool, string), int>(ballots.Length);
        var weights = new List<double>(ballots.Length);
        var sums = new List<double>(ballots.Length);
        double heaviest = 0;
        foreach ((_, _, double weight) in ballots)
        {
            heaviest = Math.Max(heaviest, weight);
        }

        for (int i = 0; i < ballots.Length; i++)
        {
            (WorkerId worker, string? entity, double given) = ballots[i];
            double weight = Math.Max(given / heaviest, LeastWeight);
            (bool, string) key = entity is null ? (false, worker.Value) : (true, entity);
            if (!index.TryGetValue(key, out int voter))
            {
                index.Add(key, voter = weights.Count);
                weights.Add(0);
                sums.Add(0);
            }

            // An operator weighs as much as its heaviest worker, however many it has.
            weights[voter] = Math.Max(weights[voter], weight);
            sums[voter] += weight;
            voterOf[i] = voter;
        }

        int liars = ByzantineQuorum.Liars(weights.Count, options.ByzantineShare);
        double[] sorted = [.. weights.OrderDescending()];
        double cap = Cap(sorted, liars, options.MaxWeightShare);
        double total = Sum(sorted, sorted.Length, cap);
        var result = new double[ballots.Length];
        for (int i = 0; i < result.Length; i++)
        {
            int voter = voterOf[i];
            double weight = Math.Max(ballots[i].Weight / heaviest, LeastWeight);
            result[i] = Math.Min(weights[voter], cap) / total * (weight / sums[voter]);
        }

        int tolerated = 0;
        double heaviestTogether = 0;
        while (tolerated < sorted.Length && heaviestTogether + Math.Min(sorted[tolerated], cap) < total / 2 * Margin)
        {
            heaviestTogether += Math.Min(sorted[tolerated++], cap);
        }

        double liarShare = liars >= sorted.Length ? 1 : Sum(sorted, liars, cap) / total;
        return new Electorate(result, sorted.Length, liars, tolerated, liarShare);
    }

    /// <summary>The highest cap under which no voter exceeds its share and the assumed liars stay below half, or the lowest weight where there is none.</summary>
    private static double Cap(double[] descending, int liars, double maxShare)
    {
        if (descending.Length == 0)
        {
            return 1;
        }

        double high = descending[0];
        double low = descending[^1];
        if (Holds(high))
        {
            return high;
        }

        for (int i = 0; i < Halvings && low < high; i++)
        {
            double middle = low + ((high - low) / 2);
            if (middle <= low || middle >= high)
            {
                break;
            }

            (low, high) = Holds(middle) ? (middle, high) : (low, middle);
        }

        return low;

        bool Holds(double cap)
        {
            double total = Sum(descending, descending.Length, cap);
            bool shares = Math.Min(descending[0], cap) <= maxShare * total;
            return shares && (liars == 0 || Sum(descending, Math.Min(liars, descending.Length), cap) < total / 2 * Margin);
        }
    }

    private static double Sum(double[] descending, int count, double cap)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += Math.Min(descending[i], cap);
        }

        return sum;
    }
}
