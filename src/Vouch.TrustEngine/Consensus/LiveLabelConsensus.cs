using System.Globalization;

namespace Vouch.TrustEngine.Consensus;

/// <summary>Labels of many items that go on coming in: new answers are folded into what is known instead of deciding everything anew.</summary>
/// <remarks>
/// <para>An added answer changes its item's chances, through these what is known of every worker who answered the item, and through that the item once more. Everything else stays: the population, the clusters, who spams, and how
/// much a vote weighs are those of the last full decision. <see cref="Refresh"/> decides everything anew; do so when the answers have grown by a tenth or so, and before acting on clusters. The decisions after
/// <see cref="Add"/> depend a little on how answers came in batches; those after <see cref="Refresh"/> do not.</para>
/// <para>O(answers of the items that were answered) for a batch. Not safe to share while answers are added.</para>
/// </remarks>
public sealed class LiveLabelConsensus
{
    private readonly LabelConsensus _consensus;
    private readonly List<LabelAnswer> _answers;
    private readonly VerifiedLabel[] _verified;
    private LabelConsensusResult _result;
    private LiveLabels _live;

    /// <summary>Decides all items for a start.</summary>
    /// <param name="consensus">How; its method must be the default one.</param>
    /// <param name="answers">The answers so far, one or more.</param>
    /// <param name="verified">Items whose label is known.</param>
    /// <exception cref="ArgumentNullException"><paramref name="consensus"/> is null.</exception>
    /// <exception cref="ArgumentException">A number is outside its range, there are fewer than two labels, or the method is not the default one.</exception>
    public LiveLabelConsensus(LabelConsensus consensus, ReadOnlySpan<LabelAnswer> answers, ReadOnlySpan<VerifiedLabel> verified = default)
    {
        ArgumentNullException.ThrowIfNull(consensus);
        _consensus = consensus;
        _answers = [.. answers];
        _verified = verified.ToArray();
        _result = consensus.Decide(answers, verified);
        _live = _result.Live() ?? throw new ArgumentException("Answers are folded in by the default method only, with two labels or more.", nameof(consensus));
    }

    /// <summary>Gets the last full decision, without the answers added since.</summary>
    public LabelConsensusResult LastFull => _result;

    /// <summary>Gets how many answers were added since the last full decision.</summary>
    public int Added => _answers.Count - _live.BaseAnswers;

    /// <summary>Folds answers in. Items and workers may be new.</summary>
    /// <param name="answers">The new answers.</param>
    /// <exception cref="ArgumentException">A number is outside its range, or a label is greater than any before; nothing was added then. Start anew for new labels.</exception>
    public void Add(ReadOnlySpan<LabelAnswer> answers)
    {
        for (int i = 0; i < answers.Length; i++)
        {
            (int item, int worker, int label) = answers[i];
            if (item < 0 || worker < 0 || label < 0 || label >= _result.Labels)
            {
                throw new ArgumentException(
                    string.Create(CultureInfo.InvariantCulture, $"Answer {i} is item {item}, worker {worker}, label {label}; items and workers are numbered from 0, labels are in [0, {_result.Labels - 1}] since the start."),
                    nameof(answers));
            }
        }

        _live.Add(answers);
        foreach (LabelAnswer answer in answers)
        {
            _answers.Add(answer);
        }
    }

    /// <summary>Gets the decision on an item, with the answers added.</summary>
    /// <param name="item">The item's number.</param>
    /// <exception cref="KeyNotFoundException">Nobody answered the item, and it was not verified.</exception>
    public LabelDecision GetDecision(int item) => _live.Decide(item);

    /// <summary>Decides everything anew.</summary>
    /// <returns>The full decision.</returns>
    public LabelConsensusResult Refresh()
    {
        _result = _consensus.Decide(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_answers), _verified);
        _live = _result.Live()!;
        return _result;
    }
}
