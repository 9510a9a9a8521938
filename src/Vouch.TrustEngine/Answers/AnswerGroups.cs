namespace Vouch.TrustEngine.Answers;

/// <summary>The answers to one question by what they say.</summary>
/// <param name="All">The groups: most samples first, then in the order of their normal forms.</param>
/// <param name="GroupOf">The group of each sample; -1 for an empty one.</param>
internal sealed record AnswerGroups(AnswerGroup[] All, int[] GroupOf)
{
    public static AnswerGroups Of(AnswerSample[] samples, AnswerNormalizer normalizer, double absolute, double relative)
    {
        NormalizedAnswer[] read = [.. samples.Select(sample => normalizer.Normalize(sample.Text))];
        var keys = new NormalizedAnswer[read.Length];
        read.CopyTo(keys, 0);
        if (absolute > 0 || relative > 0)
        {
            // Numbers beyond the range of doubles are compared exactly.
            int[] numbers = [.. Enumerable.Range(0, read.Length).Where(i => read[i].Number is { } number && double.IsFinite(number.ToDouble()))];
            double[] values = [.. numbers.Select(i => read[i].Number!.Value.ToDouble())];
            foreach (ToleranceGroup group in ToleranceGroups.Of(values, absolute, relative))
            {
                // Numbers that are one double may be several fractions: the least stands for them.
                double middle = values[group.Representative];
                NormalizedAnswer key = group.Members.Where(member => values[member].Equals(middle)).Select(member => read[numbers[member]]).MinBy(static answer => answer.Number!.Value);
                foreach (int member in group.Members)
                {
                    keys[numbers[member]] = key;
                }
            }
        }

        var groups = Enumerable.Range(0, keys.Length)
            .Where(i => keys[i].Kind != AnswerKind.Empty)
            .GroupBy(i => keys[i].Canonical, StringComparer.Ordinal)
            .OrderByDescending(static group => group.Count())
            .ThenBy(static group => group.Key, StringComparer.Ordinal)
            .Select(static group => group.ToArray())
            .ToArray();
        var of = new int[keys.Length];
        Array.Fill(of, -1);
        var all = new AnswerGroup[groups.Length];
        for (int g = 0; g < groups.Length; g++)
        {
            int[] members = groups[g];
            foreach (int member in members)
            {
                of[member] = g;
            }

            NormalizedAnswer key = keys[members[0]];
            all[g] = new AnswerGroup
            {
                Answer = key,

                // Within a tolerance, a text of the answer that stands for the group.
                Text = members.Where(member => read[member] == key).GroupBy(member => samples[member].Text!, StringComparer.Ordinal)
                    .OrderByDescending(static same => same.Count()).ThenBy(static same => same.Key.Length).ThenBy(static same => same.Key, StringComparer.Ordinal)
                    .First().Key,
                Samples = members.Length,
                Workers = [.. members.Select(member => samples[member].Worker).Distinct().Order()],
            };
        }

        return new AnswerGroups(all, of);
    }
}
