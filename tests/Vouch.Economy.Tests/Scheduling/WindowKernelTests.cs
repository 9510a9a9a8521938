using System.Numerics;
using Vouch.Economy.Scheduling.Solver;

namespace Vouch.Economy.Tests.Scheduling;

/// <summary>The innermost loops against their obvious versions.</summary>
public class WindowKernelTests
{
    [Fact]
    public void Cheapest_AnyWindow_EqualsTheScalarLoopAndTakesTheEarliest()
    {
        var random = new Random(1);
        for (int round = 0; round < 400; round++)
        {
            int slots = 1 + random.Next(700);
            double[] prefix = new double[slots + 1];
            for (int t = 0; t < slots; t++)
            {
                prefix[t + 1] = prefix[t] + random.Next(-3, 4);
            }

            int length = 1 + random.Next(slots);
            int from = random.Next(slots - length + 1);
            int count = 1 + random.Next(slots - length - from + 1);
            int expected = Enumerable.Range(from, count).MinBy(s => prefix[s + length] - prefix[s]);

            double best = WindowKernel.Cheapest(prefix, length, from, count, out int start);

            (start, best).Should().Be((expected, prefix[expected + length] - prefix[expected]));
            double[] windows = new double[slots + 1];
            WindowKernel.Windows(prefix, length, windows);
            WindowKernel.Cheapest(windows.AsSpan(from, count), out int at).Should().Be(best);
            at.Should().Be(expected - from);
        }
    }

    [Fact]
    public void SumExtremesDotAndLeast_AnyLength_EqualThePlainLoops()
    {
        var random = new Random(6);
        for (int length = 1; length < 80; length++)
        {
            double[] costs = [.. Enumerable.Range(0, length).Select(_ => (double)random.Next(-50, 50))];
            double[] shares = [.. Enumerable.Range(0, length).Select(_ => random.Next(3) / 2.0)];
            double[] prefix = new double[length + 1];

            RowKernel.Sum(costs, prefix);
            (double low, double high) = RowKernel.Extremes(costs, shares);

            prefix.Should().Equal(Enumerable.Range(0, length + 1).Select(t => costs.Take(t).Sum()));
            low.Should().Be(costs.Where((_, t) => shares[t] < 1).Append(double.PositiveInfinity).Min());
            high.Should().Be(costs.Where((_, t) => shares[t] > 0).Append(double.NegativeInfinity).Max());
            RowKernel.Dot(costs, shares).Should().Be(costs.Zip(shares, (a, b) => a * b).Sum());
            int run = 1 + random.Next(length);
            WindowKernel.Least(prefix, run, 0, length - run + 1).Should().Be(Enumerable.Range(0, length - run + 1).Min(s => prefix[s + run] - prefix[s]));
        }
    }

    [Fact]
    public void FitsAndErode_RandomRoom_GiveTheStartsWithEnoughSlotsInARow()
    {
        var random = new Random(2);
        for (int round = 0; round < 400; round++)
        {
            int slots = 1 + random.Next(400);
            double[] free = new double[WindowKernel.WordsFor(slots) * WindowKernel.WordBits];
            Array.Fill(free, -1);
            for (int t = 0; t < slots; t++)
            {
                free[t] = random.Next(8) == 0 ? 1 : 5;
            }

            int from = random.Next(slots);
            int to = from + 1 + random.Next(slots - from);
            int length = 1 + random.Next(Math.Min(130, to - from));
            ulong[] bits = new ulong[WindowKernel.WordsFor(slots) + 1];
            int first = from / WindowKernel.WordBits;
            int last = (to - 1) / WindowKernel.WordBits;

            WindowKernel.Fits(free, 3, from, to, bits, narrow: false);
            WindowKernel.Erode(bits, first, last, length);

            for (int s = from; s < to; s++)
            {
                bool expected = s + length <= to && Enumerable.Range(s, length).All(t => free[t] >= 3);
                (((bits[s / 64] >> (s % 64)) & 1) != 0).Should().Be(expected, $"round {round}, start {s}");
            }

            BitOperations.PopCount(bits[first] & ((1UL << (from % 64)) - 1)).Should().Be(0);
        }
    }

    [Fact]
    public void RankTree_AnyRange_EqualsSorting()
    {
        var random = new Random(3);
        for (int round = 0; round < 200; round++)
        {
            int slots = 1 + random.Next(150);
            double[] cost = [.. Enumerable.Range(0, slots).Select(_ => random.Next(10) == 0 ? double.PositiveInfinity : random.Next(-5, 20))];
            var tree = new RankTree(slots);
            tree.Build(cost);
            int from = random.Next(slots);
            int to = from + 1 + random.Next(slots - from);
            int count = 1 + random.Next(to - from);
            double[] sorted = [.. cost[from..to].Order()];

            double sum = tree.Cheapest(from, to, count, out int rank);
            int[] marked = new int[slots];
            tree.Mark(from, to, rank, marked);

            bool isOpen = double.IsFinite(sorted[count - 1]);
            (rank < tree.OpenSlots).Should().Be(isOpen);
            marked.Sum().Should().Be(count);
            if (isOpen)
            {
                sum.Should().Be(sorted[..count].Sum());
                Enumerable.Range(0, slots).Where(t => marked[t] == 1).Sum(t => cost[t]).Should().Be(sum);
            }
        }
    }
}
