using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Answers;

/// <summary>Puts raw answers together: reads them, groups those that say the same, and lets the groups be voted on. Self-consistency of a language model's answers, and of several models', is this.</summary>
/// <remarks>
/// <para>Several samples of one worker are one voter, whose vote is split as its samples are: a model that is asked a thousand times repeats its mistake a thousand times. So many samples of one model have a
/// support but no promise; ask other models, or other people. Empty answers are abstentions and set aside.</para>
/// <para>One question is decided by <see cref="WeightedVoteConsensus"/>, which states what holds against liars; many by <see cref="LabelConsensus"/>, which learns the workers and finds those that copy. Unless answers
/// mean the same everywhere, the groups of each question are numbered by a hash, so that no number means anything across questions.</para>
/// <para>Deterministic and independent of the samples' order. O(samples log samples) beside the consensus. Immutable and safe to share. Source: X. Wang et al., "Self-consistency improves chain of thought
/// reasoning in language models", ICLR 2023.</para>
/// </remarks>
public sealed class AnswerConsensus
{
    private const int MaxLabels = 256;

    private readonly AnswerConsensusOptions _options;
    private readonly AnswerNormalizer _normalizer;
    private readonly WeightedVoteConsensus _vote;
    private readonly LabelConsensus _labels;

    /// <summary>Initializes a consensus with the default options.</summary>
    public AnswerConsensus()
        : this(new AnswerConsensusOptions())
    {
    }

    /// <summary>Initializes a consensus.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public AnswerConsensus(AnswerConsensusOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        OptionsCheck.Require(options, new AnswerConsensusOptionsValidator());
        _normalizer = new AnswerNormalizer(options.Reading);
        _vote = new WeightedVoteConsensus(options.Vote);
        _labels = new LabelConsensus(options.Labels);
        _options = new AnswerConsensusOptions
        {
            AbsoluteTolerance = options.AbsoluteTolerance,
            RelativeTolerance = options.RelativeTolerance,
            SamplesAreIndependent = options.SamplesAreIndependent,
            SharedAnswers = options.SharedAnswers,
        };
    }

    /// <summary>Decides one question.</summary>
    /// <param name="samples">The answers to it, in any order; may be empty.</param>
    /// <returns>The decision. <see cref="AnswerDecision.Confidence"/> is null.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="samples"/> is null.</exception>
    /// <exception cref="ArgumentException">A sample names no worker, its weight is negative or not finite, or the samples are of different questions.</exception>
    public AnswerDecision Decide(IReadOnlyList<AnswerSample> samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        Require(samples);
        int item = samples.Count == 0 ? 0 : samples[0].Item;
        if (samples.Any(sample => sample.Item != item))
        {
            throw new ArgumentException("The samples are of different questions: decide them with DecideMany.", nameof(samples));
        }

        AnswerSample[] counted = [.. samples.Where(sample => sample.Weight > 0)];
        AnswerGroups groups = Group(counted);
        var ballots = new List<CategoricalBallot>();
        for (int i = 0; i < counted.Length; i++)
        {
            if (groups.GroupOf[i] >= 0)
            {
                string label = groups.All[groups.GroupOf[i]].Answer.Canonical;
                bool own = _options.SamplesAreIndependent && counted[i].Entity is null;
                WorkerId voter = own ? new WorkerId(string.Create(CultureInfo.InvariantCulture, $"sample {i}")) : counted[i].Worker;
                string? entity = own || counted[i].Entity is null ? null : counted[i].Entity;
                ballots.Add(new CategoricalBallot(voter, label, counted[i].Weight) { Entity = entity });
            }
        }

        CategoricalDecision decision = _vote.Decide(ballots);
        AnswerGroup? winner = groups.All.FirstOrDefault(group => group.Answer.Canonical == decision.Label);
        return new AnswerDecision
        {
            Item = item,
            Answer = winner?.Answer ?? new NormalizedAnswer(AnswerKind.Empty, string.Empty),
            Text = winner?.Text,
            Support = decision.Support,
            Confidence = null,
            Promise = decision.Promise,
            Voters = decision.Voters,
            SetAside = samples.Count - ballots.Count,
            Groups = groups.All,
            Evidence = Explain(decision.Evidence, ballots.Count, decision.Voters, _options.SamplesAreIndependent),
        };
    }

    /// <summary>Decides one question where the decision carries a promise, and throws where it does not.</summary>
    /// <param name="samples">The answers to it, in any order.</param>
    /// <exception cref="ConsensusFailureException">Too few voters, or no answer has enough of them behind it.</exception>
    /// <exception cref="ArgumentException">As for <see cref="Decide"/>.</exception>
    public AnswerDecision DecideOrThrow(IReadOnlyList<AnswerSample> samples)
    {
        AnswerDecision decision = Decide(samples);
        return decision.Promise != ConsensusPromise.None
            ? decision
            : throw new ConsensusFailureException($"The answers carry no promise of consensus. {string.Join(' ', decision.Evidence.Reasons)}") { Ballots = decision.Voters };
    }

    /// <summary>Decides many questions together, learning from all of them how good each worker is and which workers copy.</summary>
    /// <param name="samples">The answers, in any order. Their weights and entities are not read: skill and dependence are learnt.</param>
    /// <param name="verified">Right answers that are known. Questions that only appear here are decided too.</param>
    /// <returns>A decision per question, in the order of their numbers. Where more than 256 groups answer one question, the least supported beyond are set aside.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException">A sample names no worker, a number is negative, a verified answer is blank, or a question is verified with two answers.</exception>
    public IReadOnlyList<AnswerDecision> DecideMany(IReadOnlyList<AnswerSample> samples, IReadOnlyList<VerifiedAnswer> verified)
    {
        ArgumentNullException.ThrowIfNull(samples);
        ArgumentNullException.ThrowIfNull(verified);
        Require(samples);
        WorkerId[] workers = [.. samples.Select(static sample => sample.Worker).Distinct().Order()];
        ILookup<int, AnswerSample> byItem = samples.ToLookup(static sample => sample.Item);
        Dictionary<int, NormalizedAnswer> known = Known(verified);
        int[] items = [.. samples.Select(static sample => sample.Item).Concat(known.Keys).Distinct().Order()];

        var groups = new AnswerGroups[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            groups[i] = Group([.. byItem[items[i]]]);
        }

        AnswerLabels numbers = AnswerLabels.Of(items, groups, known, _options, MaxLabels);
        var answers = new List<LabelAnswer>(samples.Count);
        for (int i = 0; i < items.Length; i++)
        {
            int place = 0;
            foreach (AnswerSample sample in byItem[items[i]])
            {
                int group = groups[i].GroupOf[place++];
                if (group >= 0 && numbers.LabelOf(i, group) is int label and >= 0)
                {
                    answers.Add(new LabelAnswer(items[i], Array.BinarySearch(workers, sample.Worker), label));
                }
            }
        }

        VerifiedLabel[] gold = [.. numbers.Verified];
        if (answers.Count == 0 && gold.Length == 0)
        {
            return [.. items.Select((item, i) => Nothing(item, byItem[item].Count(), groups[i]))];
        }

        LabelConsensusResult result = _labels.Decide(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(answers), gold);
        Dictionary<int, int> counted = answers.CountBy(static answer => answer.Item).ToDictionary();
        var decisions = new AnswerDecision[items.Length];
        for (int i = 0; i < items.Length; i++)
        {
            int item = items[i];
            int given = byItem[item].Count();
            int used = counted.GetValueOrDefault(item);
            if (used == 0 && !known.ContainsKey(item))
            {
                decisions[i] = Nothing(item, given, groups[i]);
                continue;
            }

            LabelDecision decision = result.GetDecision(item);
            ReadOnlySpan<double> chances = result.GetChances(item).Span;
            int group = decision.IsVerified ? numbers.GroupOf(i, decision.Label) : numbers.Likeliest(i, chances);
            bool stands = decision.IsVerified || (group >= 0 && numbers.LabelOf(i, group) == decision.Label);
            AnswerGroup? winner = group >= 0 ? groups[i].All[group] : null;
            NormalizedAnswer answer = decision.IsVerified && known.TryGetValue(item, out NormalizedAnswer right) ? right : winner?.Answer ?? default;
            decisions[i] = new AnswerDecision
            {
                Item = item,
                Answer = answer,
                Text = winner?.Text ?? answer.Canonical,
                Support = decision.Voters > 0 && stands ? Math.Min(1, decision.Support / decision.Voters) : 0,
                Confidence = decision.IsVerified ? 1 : Math.Clamp(chances[numbers.LabelOf(i, group)], 0, 1),
                Promise = stands ? decision.Promise : ConsensusPromise.None,
                Voters = decision.Voters,
                SetAside = given - used,
                Groups = groups[i].All,
                Evidence = Explain(decision.Evidence, used, decision.Voters, independent: false, numbers.Remark, stands ? null : "Nobody gave the likeliest answer; the likeliest that was given stands here."),
            };
        }

        return decisions;
    }

    private static AnswerDecision Nothing(int item, int given, AnswerGroups groups) => new()
    {
        Item = item,
        Answer = new NormalizedAnswer(AnswerKind.Empty, string.Empty),
        Text = null,
        Support = 0,
        Confidence = null,
        Promise = ConsensusPromise.None,
        Voters = 0,
        SetAside = given,
        Groups = groups.All,
        Evidence = Evidence.Insufficient("vote on normalised answers", 0, "Nobody answered."),
    };

    private static Evidence Explain(Evidence vote, int samples, int voters, bool independent, params ReadOnlySpan<string?> remarks)
    {
        var reasons = new List<string>(vote.Reasons);
        if (independent)
        {
            reasons.Add("Each sample counts as a voter, because the options say that samples are independent.");
        }
        else if (samples > voters)
        {
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{samples} samples are {voters} voter(s): samples of one worker share its mistakes."));
        }

        foreach (string? remark in remarks)
        {
            if (remark is not null)
            {
                reasons.Add(remark);
            }
        }

        return new Evidence($"normalised answers, {vote.Method}", voters, vote.IsSufficient, vote.Interval, reasons);
    }

    private static void Require(IReadOnlyList<AnswerSample> samples)
    {
        for (int i = 0; i < samples.Count; i++)
        {
            Ballots.Require(samples[i].Worker, samples[i].Weight, i, nameof(samples));
            if (samples[i].Item < 0)
            {
                throw new ArgumentException(FormattableString.Invariant($"Sample {i} is of question {samples[i].Item}; questions are numbered from 0."), nameof(samples));
            }
        }
    }

    private Dictionary<int, NormalizedAnswer> Known(IReadOnlyList<VerifiedAnswer> verified)
    {
        var known = new Dictionary<int, NormalizedAnswer>();
        foreach ((int item, string text) in verified)
        {
            NormalizedAnswer answer = _normalizer.Normalize(text);
            if (item < 0 || answer.Kind == AnswerKind.Empty)
            {
                throw new ArgumentException(FormattableString.Invariant($"The verified answer of question {item} must not be blank, nor its number negative."), nameof(verified));
            }

            if (!known.TryAdd(item, answer) && known[item] != answer)
            {
                throw new ArgumentException(FormattableString.Invariant($"Question {item} is verified with '{known[item]}' and '{answer}'."), nameof(verified));
            }
        }

        return known;
    }

    private AnswerGroups Group(AnswerSample[] samples) => AnswerGroups.Of(samples, _normalizer, _options.AbsoluteTolerance, _options.RelativeTolerance);
}
