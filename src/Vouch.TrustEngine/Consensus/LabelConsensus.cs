using Microsoft.Extensions.Options;

namespace Vouch.TrustEngine.Consensus;

/// <summary>Puts together many workers' labels of many items: what is right, how sure that is, who is good, who guesses and who acts together. No tuning is needed.</summary>
/// <remarks>
/// <para>The default averages two accounts. One is a hierarchical Bayesian confusion model (A. P. Dawid and A. M. Skene, <i>Applied Statistics</i> 28(1), 1979; H.-C. Kim and Z. Ghahramani, "Bayesian classifier combination",
/// AISTATS 2012), whose population of workers is learnt, so that few answers do little, with kinds of items for two labels (Y. Li, B. Rubinstein, T. Cohn, "Exploiting worker correlation for label
/// aggregation in crowdsourcing", ICML 2019) and a component of spammers. The other is the vote weighted by the skills the model finds. They err differently, and the average is better calibrated than either.</para>
/// <para>Workers who follow one script are found by Bayes factors and count as one voter; scripts that only repeat what others answered do not count. Verified items enter the model as known labels, and say
/// how accurate the labels are where nobody could know which items those would be.</para>
/// <para>Deterministic and independent of the order of the answers. O(answers × labels × kinds) a round and some twenty rounds, plus O(answers × answers per item) to look for dependence. Where workers × labels² × kinds
/// exceeds 64 million, the one-coin model takes the place of the confusions. Of more than 400,000 answers, workers and dependence are learnt from a sample of the items (by a hash of their numbers) before all items are decided in three rounds. Immutable and safe to share.</para>
/// </remarks>
public sealed class LabelConsensus
{
    private const long MaxCells = 64_000_000;
    private const double Tolerance = 2e-3;
    private const double EchoTolerance = 5e-3;

    // Above this, workers are learnt on a sample of the items first; all items then take few rounds.
    private const int SampleAnswers = 100_000;
    private const int MaxUnsampled = 400_000;
    private const int MaxSampleRounds = 20;

    private readonly LabelConsensusOptions _options;

    /// <summary>Initializes a consensus with the default options.</summary>
    public LabelConsensus()
        : this(new LabelConsensusOptions())
    {
    }

    /// <summary>Initializes a consensus.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public LabelConsensus(LabelConsensusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, new LabelConsensusOptionsValidator());
        _options = new LabelConsensusOptions
        {
            Method = options.Method,
            FindDependentWorkers = options.FindDependentWorkers,
            ByzantineShare = options.ByzantineShare,
            Confidence = options.Confidence,
        };
    }

    /// <summary>Decides all items.</summary>
    /// <param name="answers">The answers, in any order.</param>
    /// <param name="verified">Items whose label is known.</param>
    /// <returns>Decisions, workers and clusters. Items that only appear among the verified ones are decided too.</returns>
    /// <exception cref="ArgumentException">A number is outside its range, or an item is verified twice with different labels; the message says which.</exception>
    public LabelConsensusResult Decide(ReadOnlySpan<LabelAnswer> answers, ReadOnlySpan<VerifiedLabel> verified = default)
    {
        LabelTable table = LabelTable.Of(answers, verified);
        int[] truth = Truth(table, verified);
        return Decide(table, truth);
    }

    internal LabelConsensusResult Decide(LabelTable table, int[] truth)
    {
        bool fits = (long)table.Workers * table.Labels * table.Labels * LabelModel.KindsFor(table.Labels) <= MaxCells;
        if (_options.Method != LabelMethod.Default || !fits || table.Labels == 1)
        {
            LabelMethod method = _options.Method != LabelMethod.Default ? _options.Method : table.Labels == 1 ? LabelMethod.Majority : LabelMethod.OneCoin;
            return new LabelConsensusResult(table, table, truth, ClassicLabelMethods.Solve(table, truth, method), _options);
        }

        int groups = 0;
        IReadOnlyList<double> gains = [];
        var group = new int[table.Workers];
        Array.Fill(group, -1);
        if (_options.FindDependentWorkers)
        {
            int stride = Stride(table);
            int[] seenTruth = truth;
            LabelTable seen = stride == 1 ? table : table.Sample(stride, truth, out seenTruth);
            (group, groups, gains) = DependenceTest.Find(seen, seenTruth);
        }

        LabelTable votes = table.Merge(group, groups, out int[] voterOf);
        bool[] echo = [];
        if (groups > 0)
        {
            echo = DependenceTest.FindEchoes(votes, groups, Fit(votes, truth, EchoTolerance));
            if (Array.IndexOf(echo, true) >= 0)
            {
                var setAside = new bool[votes.Workers];
                echo.CopyTo(setAside, 0);
                votes = votes.Without(setAside);
            }
        }

        LabelFit fit = Fit(votes, truth, Tolerance);
        double[] chances = fit.Posterior();
        double[] weights = SkillVote.Weights(votes, chances);
        var shares = new double[table.Labels];
        for (int item = 0; item < table.Items; item++)
        {
            if (truth[item] >= 0)
            {
                chances.AsSpan(item * shares.Length, shares.Length).Clear();
                chances[(item * shares.Length) + truth[item]] = 1;
            }
            else
            {
                SkillVote.Shares(votes, item, weights, shares);
                for (int label = 0; label < shares.Length; label++)
                {
                    ref double chance = ref chances[(item * shares.Length) + label];
                    chance = (chance + shares[label]) / 2;
                }
            }
        }

        return new LabelConsensusResult(table, votes, truth, chances, _options)
        {
            Fit = fit,
            VoteWeights = weights,
            Group = group,
            VoterOf = voterOf,
            Echoes = echo,
            Gains = gains,
        };
    }

    private static int Stride(LabelTable table) => table.Count <= MaxUnsampled ? 1 : table.Count / SampleAnswers;

    private static LabelFit Fit(LabelTable votes, int[] truth, double tolerance)
    {
        int stride = Stride(votes);
        if (stride < 2)
        {
            return LabelModel.Fit(votes, truth, tolerance);
        }

        LabelTable sample = votes.Sample(stride, truth, out int[] sampleTruth);
        return LabelModel.Fit(votes, truth, tolerance, LabelModel.Fit(sample, sampleTruth, tolerance, start: null, MaxSampleRounds));
    }

    internal static int[] Truth(LabelTable table, ReadOnlySpan<VerifiedLabel> verified)
    {
        var truth = new int[table.Items];
        Array.Fill(truth, -1);
        foreach ((int number, int label) in verified)
        {
            int item = LabelTable.Find(table.ItemIds, number);
            if (truth[item] >= 0 && truth[item] != label)
            {
                throw new ArgumentException(FormattableString.Invariant($"Item {number} is verified with labels {truth[item]} and {label}."), nameof(verified));
            }

            truth[item] = label;
        }

        return truth;
    }
}
