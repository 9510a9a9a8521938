using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Answers;

/// <summary>Numbers the groups of many questions as the labels that a consensus of labels asks for.</summary>
internal sealed class AnswerLabels
{
    private readonly int[][] _labels;

    private AnswerLabels(int[][] labels, List<VerifiedLabel> verified, string? remark)
    {
        _labels = labels;
        Verified = verified;
        Remark = remark;
    }

    public List<VerifiedLabel> Verified { get; }

    public string? Remark { get; }

    public static AnswerLabels Of(int[] items, AnswerGroups[] groups, Dictionary<int, NormalizedAnswer> known, AnswerConsensusOptions options, int maxLabels)
    {
        var right = new int[items.Length];
        Array.Fill(right, -1);
        int most = 1;
        for (int i = 0; i < items.Length; i++)
        {
            bool isKnown = known.TryGetValue(items[i], out NormalizedAnswer answer);
            right[i] = isKnown ? Match(groups[i].All, answer, options) : -1;
            most = Math.Max(most, groups[i].All.Length + (isKnown && right[i] < 0 ? 1 : 0));
        }

        string? remark = null;
        if (options.SharedAnswers)
        {
            string[] names = [.. groups.SelectMany(static all => all.All.Select(static group => group.Answer.Canonical))
                .Concat(known.Values.Select(static answer => answer.Canonical)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (names.Length <= maxLabels)
            {
                int Name(string canonical) => Array.BinarySearch(names, canonical, StringComparer.Ordinal);
                int[][] shared = [.. groups.Select(all => all.All.Select(group => Name(group.Answer.Canonical)).ToArray())];
                List<VerifiedLabel> gold = [];
                for (int i = 0; i < items.Length; i++)
                {
                    if (known.TryGetValue(items[i], out NormalizedAnswer answer))
                    {
                        gold.Add(new VerifiedLabel(items[i], right[i] >= 0 ? shared[i][right[i]] : Name(answer.Canonical)));
                    }
                }

                return new AnswerLabels(shared, gold, null);
            }

            remark = FormattableString.Invariant($"There are {names.Length} different answers, too many to be shared: each question is taken to have its own.");
        }

        // At least two, so that a question with one answer does not look like one that has no other.
        int labels = Math.Clamp(most, 2, maxLabels);
        var numbered = new int[items.Length][];
        List<VerifiedLabel> verified = [];
        for (int i = 0; i < items.Length; i++)
        {
            int[] numbers = Shuffled(labels, items[i]);
            bool isKnown = known.ContainsKey(items[i]);

            // The right answer has a number of its own even where nobody gave it, or few of more than can be numbered.
            int reserved = isKnown ? numbers[0] : -1;
            int next = isKnown ? 1 : 0;
            numbered[i] = new int[groups[i].All.Length];
            for (int group = 0; group < numbered[i].Length; group++)
            {
                numbered[i][group] = group == right[i] ? reserved : next < labels ? numbers[next++] : -1;
            }

            if (isKnown)
            {
                verified.Add(new VerifiedLabel(items[i], reserved));
            }
        }

        return new AnswerLabels(numbered, verified, remark);
    }

    public int LabelOf(int item, int group) => _labels[item][group];

    public int GroupOf(int item, int label) => Array.IndexOf(_labels[item], label);

    /// <summary>The group whose label is likeliest; of equals the one with most samples. -1 where there is none.</summary>
    public int Likeliest(int item, ReadOnlySpan<double> chances)
    {
        int best = -1;
        for (int group = 0; group < _labels[item].Length; group++)
        {
            int label = _labels[item][group];
            best = label >= 0 && (best < 0 || chances[label] > chances[_labels[item][best]]) ? group : best;
        }

        return best;
    }

    private static int Match(AnswerGroup[] groups, NormalizedAnswer answer, AnswerConsensusOptions options)
    {
        int exact = Array.FindIndex(groups, group => group.Answer.Canonical == answer.Canonical);
        if (exact >= 0 || answer.Number is not { } number)
        {
            return exact;
        }

        double value = number.ToDouble();
        int nearest = -1;
        double least = double.PositiveInfinity;
        for (int group = 0; group < groups.Length; group++)
        {
            if (groups[group].Answer.Number is { } other && ToleranceGroups.AreSame(other.ToDouble(), value, options.AbsoluteTolerance, options.RelativeTolerance)
                && (options.AbsoluteTolerance > 0 || options.RelativeTolerance > 0) && Math.Abs(other.ToDouble() - value) < least)
            {
                least = Math.Abs(other.ToDouble() - value);
                nearest = group;
            }
        }

        return nearest;
    }

    /// <summary>The numbers below a count, shuffled by the question's own (SplitMix64, Fisher-Yates).</summary>
    private static int[] Shuffled(int count, int item)
    {
        int[] numbers = [.. Enumerable.Range(0, count)];
        ulong state = (ulong)item;
        for (int i = count - 1; i > 0; i--)
        {
            state += 0x9E3779B97F4A7C15;
            ulong mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            int other = (int)((mixed ^ (mixed >> 31)) % (ulong)(i + 1));
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }

        return numbers;
    }
}
