namespace Vouch.TrustEngine.Answers;

/// <summary>Groups numbers and tensors that are the same within a tolerance, the best supported group first.</summary>
/// <remarks>
/// <para>Two numbers are the same where they differ by at most <c>max(absolute, relative × the greater magnitude)</c>. NaN is the same as NaN only, and an infinity as itself only: workers who agree that there is no
/// result agree. Zero is the same as minus zero.</para>
/// <para>Answers within a tolerance form no classes: a may match b and b match c, but not a c. So the greatest set of answers that match is taken out first, then the greatest of the rest, and so on; a chain of answers,
/// each near the next, is not one group. Deterministic, and what is grouped does not depend on the order of the answers. Stateless.</para>
/// </remarks>
public static class ToleranceGroups
{
    /// <summary>Groups numbers. Any two members of a group are the same within the tolerance, up to rounding.</summary>
    /// <param name="values">The numbers; NaN and infinities included.</param>
    /// <param name="absolute">The absolute tolerance, finite and 0 or more, in units of the numbers.</param>
    /// <param name="relative">The relative tolerance, in [0, 1).</param>
    /// <returns>The groups; each number is in one. The largest first, of equal ones the narrower, then the lower one; those of numbers that are not finite follow the finite ones of their size. The representative is the median, the lower of two.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A tolerance is outside its range.</exception>
    /// <remarks>O(n log n), unless groups cut one another's candidates very often.</remarks>
    public static IReadOnlyList<ToleranceGroup> Of(ReadOnlySpan<double> values, double absolute, double relative = 0)
    {
        Require(absolute, relative);
        var order = new int[values.Length];
        var sorted = values.ToArray();
        for (int i = 0; i < order.Length; i++)
        {
            order[i] = i;
            sorted[i] += 0.0; // -0 sorts before 0, and is the same
        }

        Array.Sort(sorted, order);
        int first = 0;
        while (first < sorted.Length && (double.IsNaN(sorted[first]) || double.IsNegativeInfinity(sorted[first])))
        {
            first++;
        }

        int last = sorted.Length;
        while (last > first && double.IsPositiveInfinity(sorted[last - 1]))
        {
            last--;
        }

        // Candidates are the windows that start at a number and reach as far as the tolerance. The largest is taken until none is left. A window that was cut since is put back with what is left of it;
        // a taken window never lies within another, which would have been larger, so what is left is one run.
        var end = new int[sorted.Length];
        var taken = new bool[sorted.Length];
        var queue = new PriorityQueue<int, (int Size, double Width, int Start)>();
        for (int start = first; start < last; start++)
        {
            end[start] = Reach(sorted, start, last, absolute, relative);
            queue.Enqueue(start, (start - end[start], sorted[end[start] - 1] - sorted[start], start));
        }

        var groups = new List<(int Start, int End)>();
        var nextTaken = new SortedSet<int>();
        while (queue.TryDequeue(out int start, out _))
        {
            if (taken[start])
            {
                continue;
            }

            int cut = nextTaken.Count == 0 ? last : FirstAtOrAfter(nextTaken, start, last);
            if (cut < end[start])
            {
                end[start] = cut;
                queue.Enqueue(start, (start - cut, sorted[cut - 1] - sorted[start], start));
                continue;
            }

            groups.Add((start, end[start]));
            nextTaken.Add(start);
            Array.Fill(taken, true, start, end[start] - start);
        }

        int finite = groups.Count;
        AddRuns(sorted, 0, first, groups);
        AddRuns(sorted, last, sorted.Length, groups);
        return [.. groups
            .Select((group, place) => (Group: group, Place: place))
            .OrderByDescending(static entry => entry.Group.End - entry.Group.Start)
            .ThenBy(entry => entry.Place >= finite)
            .ThenBy(static entry => entry.Place)
            .Select(entry => Make(entry.Group.Start, entry.Group.End, sorted, order))];
    }

    /// <summary>Groups tensors. Each member of a group is the same as the group's representative within the tolerance, component by component; any two members are within twice the tolerance.</summary>
    /// <param name="tensors">The tensors. Those of different shapes are never the same.</param>
    /// <param name="absolute">The absolute tolerance of a component, finite and 0 or more.</param>
    /// <param name="relative">The relative tolerance of a component, in [0, 1).</param>
    /// <returns>The groups; each tensor is in one. The largest first, of equal ones the one of less radius, then the one whose representative comes first component by component.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="tensors"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A tolerance is outside its range.</exception>
    /// <remarks>O(d² × components) time and O(d²) memory for d different tensors. The representative is an answer that was given, never a mean.</remarks>
    public static IReadOnlyList<ToleranceGroup> Of(IReadOnlyList<TensorAnswer> tensors, double absolute, double relative = 0)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        Require(absolute, relative);

        // Equal tensors stand together, so that the order given plays no part.
        int[][] distinct = [.. Enumerable.Range(0, tensors.Count)
            .OrderBy(i => tensors[i], Comparer<TensorAnswer>.Create(Compare))
            .Aggregate(new List<List<int>>(), (runs, i) =>
            {
                if (runs.Count > 0 && Compare(tensors[runs[^1][0]], tensors[i]) == 0)
                {
                    runs[^1].Add(i);
                }
                else
                {
                    runs.Add([i]);
                }

                return runs;
            }).Select(static run => run.Order().ToArray())];

        var near = new List<(int Other, double Distance)>[distinct.Length];
        for (int i = 0; i < distinct.Length; i++)
        {
            near[i] = [(i, 0)];
            for (int j = 0; j < i; j++)
            {
                double distance = Distance(tensors[distinct[i][0]], tensors[distinct[j][0]], absolute, relative);
                if (distance < double.PositiveInfinity)
                {
                    near[i].Add((j, distance));
                    near[j].Add((i, distance));
                }
            }
        }

        var left = new HashSet<int>(Enumerable.Range(0, distinct.Length));
        var groups = new List<ToleranceGroup>();
        while (left.Count > 0)
        {
            (int Size, double Radius, int Centre) best = (0, 0, -1);
            foreach (int centre in left.Order())
            {
                int size = 0;
                double radius = 0;
                near[centre].RemoveAll(entry => !left.Contains(entry.Other));
                foreach ((int other, double distance) in near[centre])
                {
                    size += distinct[other].Length;
                    radius = Math.Max(radius, distance);
                }

                if (size > best.Size || (size == best.Size && radius < best.Radius))
                {
                    best = (size, radius, centre);
                }
            }

            int[] members = [.. near[best.Centre].SelectMany(entry => distinct[entry.Other]).Order()];
            groups.Add(new ToleranceGroup(distinct[best.Centre][0], members, best.Radius));
            left.ExceptWith(near[best.Centre].Select(static entry => entry.Other).ToArray());
        }

        return groups;
    }

    internal static bool AreSame(double a, double b, double absolute, double relative) =>
        a.Equals(b) || a == b || (double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= Math.Max(absolute, relative * Math.Max(Math.Abs(a), Math.Abs(b))));

    private static void Require(double absolute, double relative)
    {
        if (!(absolute >= 0 && double.IsFinite(absolute)))
        {
            throw new ArgumentOutOfRangeException(nameof(absolute), absolute, "An absolute tolerance is finite and 0 or more.");
        }

        if (!(relative is >= 0 and < 1))
        {
            throw new ArgumentOutOfRangeException(nameof(relative), relative, "A relative tolerance is in [0, 1).");
        }
    }

    private static int Reach(double[] sorted, int start, int last, double absolute, double relative)
    {
        int low = start, high = last;
        while (high - low > 1)
        {
            int middle = low + ((high - low) / 2);
            (low, high) = AreSame(sorted[start], sorted[middle], absolute, relative) ? (middle, high) : (low, middle);
        }

        return high;
    }

    private static int FirstAtOrAfter(SortedSet<int> places, int from, int last)
    {
        int found = places.GetViewBetween(from, last).Min;
        return found >= from && places.Contains(found) ? found : last;
    }

    private static void AddRuns(double[] sorted, int from, int to, List<(int Start, int End)> groups)
    {
        for (int start = from, at = from; at < to; at++)
        {
            if (at + 1 == to || !sorted[at + 1].Equals(sorted[start]))
            {
                groups.Add((start, at + 1));
                start = at + 1;
            }
        }
    }

    private static ToleranceGroup Make(int start, int end, double[] sorted, int[] order)
    {
        int[] members = order[start..end];
        Array.Sort(members);
        int middle = start + ((end - start - 1) / 2);
        double centre = sorted[middle];
        double radius = double.IsFinite(centre) ? Math.Max(sorted[end - 1] - centre, centre - sorted[start]) : 0;

        // Of equal numbers, the one that was given first stands for them.
        int representative = order[middle];
        for (int at = start; at < end; at++)
        {
            representative = sorted[at].Equals(centre) ? Math.Min(representative, order[at]) : representative;
        }

        return new ToleranceGroup(representative, members, radius);
    }

    private static int Compare(TensorAnswer a, TensorAnswer b)
    {
        int order = a.Shape.Span.SequenceCompareTo(b.Shape.Span);
        for (int i = 0; order == 0 && i < a.Values.Length; i++)
        {
            order = a.Values.Span[i].CompareTo(b.Values.Span[i]);
        }

        return order;
    }

    private static double Distance(TensorAnswer a, TensorAnswer b, double absolute, double relative)
    {
        if (!a.Shape.Span.SequenceEqual(b.Shape.Span))
        {
            return double.PositiveInfinity;
        }

        double distance = 0;
        ReadOnlySpan<double> left = a.Values.Span, right = b.Values.Span;
        for (int i = 0; i < left.Length; i++)
        {
            if (!AreSame(left[i], right[i], absolute, relative))
            {
                return double.PositiveInfinity;
            }

            distance = double.IsFinite(left[i]) ? Math.Max(distance, Math.Abs(left[i] - right[i])) : distance;
        }

        return distance;
    }
}
