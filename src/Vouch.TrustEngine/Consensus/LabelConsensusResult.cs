using System.Globalization;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.Statistics.Intervals;

namespace Vouch.TrustEngine.Consensus;

/// <summary>What many workers' labels of many items come to, and what that is worth.</summary>
/// <remarks>Immutable and safe to share. Decisions and profiles are made when they are asked for.</remarks>
public sealed partial class LabelConsensusResult
{
    private readonly LabelTable _answers;
    private readonly LabelTable _votes;
    private readonly int[] _truth;
    private readonly double[] _chances;
    private readonly LabelConsensusOptions _options;
    private readonly Lazy<Evidence> _evidence;
    private readonly Lazy<WorkerProfile[]> _workers;
    private readonly Lazy<WorkerCluster[]> _clusters;
    private double? _meanAccuracy;

    internal LabelConsensusResult(LabelTable answers, LabelTable votes, int[] truth, double[] chances, LabelConsensusOptions options)
    {
        _answers = answers;
        _votes = votes;
        _truth = truth;
        _chances = chances;
        _options = options;
        Group = [];
        VoterOf = [];
        _evidence = new Lazy<Evidence>(Explain);
        _workers = new Lazy<WorkerProfile[]>(MakeProfiles);
        _clusters = new Lazy<WorkerCluster[]>(MakeClusters);
    }

    /// <summary>Gets the items' numbers, ascending.</summary>
    public ReadOnlyMemory<int> Items => _answers.ItemIds;

    /// <summary>Gets how many labels there are: one more than the greatest label's number.</summary>
    public int Labels => _answers.Labels;

    /// <summary>Gets all decisions in the items' order.</summary>
    public IEnumerable<LabelDecision> Decisions
    {
        get
        {
            for (int item = 0; item < _answers.Items; item++)
            {
                yield return Make(item);
            }
        }
    }

    /// <summary>Gets the workers in the order of their numbers.</summary>
    public IReadOnlyList<WorkerProfile> Workers => _workers.Value;

    /// <summary>Gets the clusters of dependent workers, in the order in which they were found: clearest first.</summary>
    public IReadOnlyList<WorkerCluster> Clusters => _clusters.Value;

    /// <summary>Gets what holds for the labels as a whole: <see cref="ConsensusPromise.VerifiedAccuracy"/> where verified items carry a bound, else <see cref="ConsensusPromise.None"/>; single decisions state their own.</summary>
    public ConsensusPromise Promise => Evidence.IsSufficient ? ConsensusPromise.VerifiedAccuracy : ConsensusPromise.None;

    /// <summary>Gets the evidence for the labels as a whole. Its interval is the share of right labels, each verified item judged without its own verification.</summary>
    public Evidence Evidence => _evidence.Value;

    internal LabelFit? Fit { get; init; }

    internal double[]? VoteWeights { get; init; }

    internal int[] Group { get; init; }

    internal int[] VoterOf { get; init; }

    internal bool[] Echoes { get; init; } = [];

    internal IReadOnlyList<double> Gains { get; init; } = [];

    /// <summary>Gets the decision on an item.</summary>
    /// <param name="item">The item's number.</param>
    /// <exception cref="KeyNotFoundException">Nobody answered the item, and it was not verified.</exception>
    public LabelDecision GetDecision(int item) => Make(Place(item));

    /// <summary>Gets the chance of each label of an item.</summary>
    /// <param name="item">The item's number.</param>
    /// <returns>One chance per label, adding up to 1.</returns>
    /// <exception cref="KeyNotFoundException">Nobody answered the item, and it was not verified.</exception>
    public ReadOnlyMemory<double> GetChances(int item) => _chances.AsMemory(Place(item) * Labels, Labels);

    /// <summary>Gets the likeliest label of every item into a buffer, in the items' order.</summary>
    /// <param name="labels">Receives a label per item.</param>
    /// <exception cref="ArgumentException"><paramref name="labels"/> is shorter than <see cref="Items"/>.</exception>
    public void CopyLabelsTo(Span<int> labels)
    {
        if (labels.Length < _answers.Items)
        {
            throw new ArgumentException(FormattableString.Invariant($"There are {_answers.Items} items; the buffer takes {labels.Length}."), nameof(labels));
        }

        for (int item = 0; item < _answers.Items; item++)
        {
            labels[item] = ClassicLabelMethods.Likeliest(_chances.AsSpan(item * Labels, Labels));
        }
    }

    /// <summary>Returns this result where it carries a promise, and throws otherwise.</summary>
    /// <exception cref="ConsensusFailureException">The labels as a whole carry no promise: too few items are verified.</exception>
    public LabelConsensusResult RequirePromise() => Promise != ConsensusPromise.None
        ? this
        : throw new ConsensusFailureException($"The labels carry no promise. {string.Join(' ', Evidence.Reasons)}") { Ballots = _answers.Count, ByzantineShare = _options.ByzantineShare };

    /// <summary>This result, ready to take more answers; null where its method cannot.</summary>
    internal LiveLabels? Live() => Fit is null ? null : new LiveLabels(_answers, _votes, Fit, _truth, VoterOf, Echoes, VoteWeights!, _options.ByzantineShare);

    private int Place(int item)
    {
        int place = LabelTable.Find(_answers.ItemIds, item);
        return place >= 0 ? place : throw new KeyNotFoundException(FormattableString.Invariant($"Nobody answered item {item}."));
    }

    private LabelDecision Make(int item)
    {
        ReadOnlySpan<double> chances = _chances.AsSpan(item * Labels, Labels);
        var support = new double[Labels];
        int voters = 0;
        int last = -1;
        for (int i = _votes.Start[item]; i < _votes.Start[item + 1]; i++)
        {
            support[_votes.Label[i]] += _votes.WeightAt(i);
            voters += _votes.Worker[i] == last ? 0 : 1;
            last = _votes.Worker[i];
        }

        double gain = Fit is null
            ? ExpectedGain.Of(_meanAccuracy ??= MeanAccuracy(), chances)
            : ExpectedGain.Of(Fit, Fit.Columns.AsSpan(item * Fit.Width, Fit.Width), chances);
        return LabelDecision.Of(_answers.ItemIds[item], chances, support, voters, _truth[item] >= 0, _options.ByzantineShare, gain);
    }

    private double MeanAccuracy()
    {
        double right = 0;
        for (int item = 0; item < _answers.Items; item++)
        {
            for (int i = _answers.Start[item]; i < _answers.Start[item + 1]; i++)
            {
                right += _chances[(item * Labels) + _answers.Label[i]];
            }
        }

        return _answers.Count == 0 ? 1 : right / _answers.Count;
    }

    private Evidence Explain()
    {
        const string Method = "labels of many items, accuracy on verified ones (Clopper-Pearson)";
        (int right, int total) = VerifiedAccuracy.Of(this, _votes, _truth);
        string clusters = string.Create(
            CultureInfo.InvariantCulture,
            $"{Group.Count(static group => group >= 0)} of {_answers.Workers} workers follow {Gains.Count} scripts; each script is one voter.");
        if (total == 0)
        {
            return Evidence.Insufficient(
                Method,
                _answers.Count,
                "No verified item says how many labels are right: agreement alone promises nothing about the truth. Verify some items drawn at random.",
                clusters);
        }

        double lower = BinomialInterval.ClopperPearsonLower(right, total, _options.Confidence);
        double chance = 1.0 / Math.Max(1, Labels);
        var interval = new ConfidenceInterval((double)right / total, lower, 1, _options.Confidence, "Clopper-Pearson, one-sided", total);
        string figure = string.Create(CultureInfo.InvariantCulture, $"{right} of {total} verified items were right without their verification: at least {lower * 100:0.#} % of such items are, with confidence {_options.Confidence * 100:0.####} %.");
        return lower > chance
            ? new Evidence(Method, total, isSufficient: true, interval, [figure, clusters])
            : new Evidence(Method, total, isSufficient: false, interval, [figure + " That is no better than guessing: verify more.", clusters]);
    }
}
