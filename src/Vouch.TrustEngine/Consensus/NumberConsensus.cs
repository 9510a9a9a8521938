using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Consensus;

/// <summary>Puts together many workers' numbers for many items: a value with its standard error, and each worker's bias and deviation. No tuning is needed.</summary>
/// <remarks>
/// <para>The median rejects: how far an answer may lie from it is learnt by leaving answers out, and where far answers carry signal (coarse or skewed scales) none is rejected. The survivors are combined efficiently:
/// each worker has a bias and a variance, drawn towards the common ones as far as the data say (after ITU-T P.910, annex E, and Z. Li, C. Bampis, "Recover subjective quality scores from noisy measurements", DCC 2017, with
/// empirical-Bayes shrinkage). Workers who give the same numbers again and again are one voter. Verified items are known values in the model: a shift that a large group shares shows there as its bias.</para>
/// <para>Only the median carries a promise against liars (<see cref="NumberDecision.Promise"/>); the value is the better estimate where most are honest. Values of any finite size are taken.</para>
/// <para>O(answers × log answers) plus O(answers × answers per item) for dependence. Deterministic, independent of the answers' order, immutable and safe to share.</para>
/// </remarks>
public sealed class NumberConsensus
{
    private readonly NumberConsensusOptions _options;

    /// <summary>Initializes a consensus with the default options.</summary>
    public NumberConsensus()
        : this(new NumberConsensusOptions())
    {
    }

    /// <summary>Initializes a consensus.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public NumberConsensus(NumberConsensusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, new NumberConsensusOptionsValidator());
        _options = new NumberConsensusOptions { FindDependentWorkers = options.FindDependentWorkers, ByzantineShare = options.ByzantineShare };
    }

    /// <summary>Decides all items.</summary>
    /// <param name="answers">The answers, in any order. NaN and infinities are set aside.</param>
    /// <param name="verified">Items whose value is known.</param>
    /// <returns>Decisions and workers. Items that only appear among the verified ones are decided too.</returns>
    /// <exception cref="ArgumentException">A number is outside its range, or an item is verified twice with different values; the message says which.</exception>
    public NumberConsensusResult Decide(ReadOnlySpan<NumberAnswer> answers, ReadOnlySpan<VerifiedNumber> verified = default)
    {
        NumberVotes votes = NumberVotes.Of(answers, verified, _options.FindDependentWorkers);
        double[] truth = Truth(votes, verified);
        double distance = NumberRejection.Distance(votes);
        var model = new NumberModel(votes, truth, distance);
        var decisions = new NumberDecision[votes.Items];
        for (int item = 0; item < decisions.Length; item++)
        {
            decisions[item] = Decide(votes, model, truth, item);
        }

        var workers = new NumberWorker[votes.WorkerIds.Length];
        for (int worker = 0; worker < workers.Length; worker++)
        {
            int voter = votes.VoterOf[worker];
            workers[worker] = new NumberWorker(
                votes.WorkerIds[worker],
                votes.AnswersOf[worker],
                model.Biases[voter] * model.Unit,
                Math.Sqrt(model.Variances[voter]) * model.Unit,
                voter < votes.Clusters ? voter : null);
        }

        IReadOnlyList<int>[] clusters = [.. Enumerable.Range(0, votes.Clusters).Select(cluster => workers.Where(worker => worker.Cluster == cluster).Select(static worker => worker.Worker).ToArray())];
        return new NumberConsensusResult(decisions, workers, clusters, distance, truth.Count(static value => !double.IsNaN(value)), _options.ByzantineShare);
    }

    private NumberDecision Decide(NumberVotes votes, NumberModel model, double[] truth, int item)
    {
        int voters = votes.Start[item + 1] - votes.Start[item];
        int liars = ByzantineQuorum.Liars(voters, _options.ByzantineShare);
        bool known = !double.IsNaN(truth[item]);
        double precision = model.Precisions[item];
        double error = known ? 0 : precision > 0 ? Math.Sqrt(1 / precision) * model.Unit : double.NaN;
        double better = known || !(precision > 0) ? 0 : Math.Sqrt(1 / (precision + (1 / model.CommonVariance))) * model.Unit;
        return new NumberDecision
        {
            Item = votes.ItemIds[item],
            Value = known ? truth[item] : Math.Clamp(model.Medians[item] + (model.Offsets[item] * model.Unit), double.MinValue, double.MaxValue),
            StandardError = error,
            ExpectedGain = known || !(precision > 0) ? 0 : error - better,
            Median = model.Medians[item],
            Voters = voters,
            Rejected = model.Rejected[item],
            ToleratedLiars = Math.Max(0, (voters - 1) / 2),
            IsVerified = known,
            Promise = voters >= ByzantineQuorum.ForMajority(liars) ? ConsensusPromise.HonestRange : ConsensusPromise.None,
        };
    }

    private static double[] Truth(NumberVotes votes, ReadOnlySpan<VerifiedNumber> verified)
    {
        var truth = new double[votes.Items];
        Array.Fill(truth, double.NaN);
        foreach ((int number, double value) in verified)
        {
            ref double known = ref truth[LabelTable.Find(votes.ItemIds, number)];
            if (!double.IsNaN(known) && known != value)
            {
                throw new ArgumentException(FormattableString.Invariant($"Item {number} is verified with values {known} and {value}."), nameof(verified));
            }

            known = value;
        }

        return truth;
    }
}
