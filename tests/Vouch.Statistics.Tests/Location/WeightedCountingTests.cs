using Vouch.Statistics.Location;
using Vouch.Statistics.Numerics;

namespace Vouch.Statistics.Tests.Location;

/// <summary>Counting in vectors and selecting are two ways to one answer: where counting dares to answer, both agree to the bit.</summary>
public class WeightedCountingTests
{
    [Fact]
    public void TryFind_EverySizeAndKindOfWeight_IsTheExactMedianOrNoAnswer()
    {
        var random = new Random(20_261_121);
        int answered = 0;
        const int Rounds = 8000;
        for (int round = 0; round < Rounds; round++)
        {
            int count = 1 + (round % WeightedCounting.Largest);
            double[] values = [.. Enumerable.Range(0, count).Select(_ => round % 3 == 0 ? random.Next(-3, 4) : random.NextDouble() - 0.5)];
            double[] weights = [.. Enumerable.Range(0, count).Select(_ => Weight(random, round % 7))];
            (double lower, double upper) = ExactWeightedMedian.Of(values, weights);

            bool found = WeightedCounting.TryFind(values, weights, out WeightedMedianResult counted);
            WeightedMedianResult selected = Select(values, weights);

            (selected.Lower, selected.Upper).Should().Be((lower, upper), $"round {round}");
            if (found)
            {
                counted.Should().Be(selected, $"round {round}");
                answered++;
            }
        }

        // Weights apart by 2^60 and more are left to exact sums; the rest are answered.
        answered.Should().BeGreaterThan(Rounds * 4 / 7);
    }

    [Fact]
    public void TryFind_HalfReachedOnlyUpToRounding_GivesNoAnswerRatherThanAGuess()
    {
        // In doubles 0.1 + 0.2 is above 0.3; in exact arithmetic on these doubles, below half of the total or not, only exact sums can tell.
        WeightedCounting.TryFind([1, 2, 3, 4], [0.1, 0.2, 0.25, 0.05], out _).Should().BeFalse();
        WeightedCounting.TryFind([1, 2, 3], [1e300, 1e300, 1], out _).Should().BeFalse();
    }

    [Theory]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.NaN)]
    [InlineData(1, -1)]
    [InlineData(1, double.PositiveInfinity)]
    public void TryFind_WhatIsNotAllowed_IsLeftToTheCheckThatNamesIt(double value, double weight)
    {
        for (int at = 0; at < 9; at++)
        {
            double[] values = [1, 2, 3, 4, 5, 6, 7, 8, 9];
            double[] weights = [1, 2, 1, 2, 1, 2, 1, 2, 1];
            (values[at], weights[at]) = (value, weight);
            Action act = () => WeightedMedian.Find(values, weights);

            WeightedCounting.TryFind(values, weights, out _).Should().BeFalse();
            act.Should().Throw<ArgumentException>().WithMessage($"*{at}*");
        }
    }

    private static WeightedMedianResult Select(double[] values, double[] weights)
    {
        double[] scratch = new double[2 * values.Length];
        WeightedSelection.Carried carried = WeightedSelection.Copy(values, weights, scratch.AsSpan(0, values.Length), scratch.AsSpan(values.Length));
        WeightedSelection.Answer answer = WeightedSelection.Find(scratch.AsSpan(0, values.Length), scratch.AsSpan(values.Length), carried, 0.5);
        return new WeightedMedianResult(answer.Lower, answer.Upper, answer.Carriers, Math.ScaleB(answer.TotalFraction, answer.TotalExponent));
    }

    private static double Weight(Random random, int kind) => kind switch
    {
        0 => 1,
        1 => random.Next(0, 4),
        2 => random.NextDouble(),
        3 => 0.1,
        4 => random.Next(2) * random.NextDouble(),
        5 => Math.ScaleB(1, random.Next(-80, 80)),
        _ => random.Next(3) * 0.7,
    };
}
