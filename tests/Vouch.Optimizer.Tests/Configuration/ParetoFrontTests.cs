using Vouch.Optimizer.Configuration;

namespace Vouch.Optimizer.Tests.Configuration;

public sealed class ParetoFrontTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Of_RandomPointsWithTiesAndOddNumbers_IsTheObviousFront(int objectives)
    {
        var random = new Random(objectives);
        for (int round = 0; round < 200; round++)
        {
            int count = random.Next(0, 60);
            int range = random.Next(2, 20);
            double[] points = [.. Enumerable.Range(0, count * objectives).Select(_ => random.Next(40) switch
            {
                0 => double.NaN,
                1 => double.PositiveInfinity,
                2 => double.NegativeInfinity,
                3 => -0.0,
                _ => random.Next(range),
            })];

            ParetoFront.Of(points, objectives).Should().Equal(Obvious(points, objectives));
        }
    }

    [Fact]
    public void Of_LargeFrontOnASphere_IsTheObviousFront()
    {
        var random = new Random(7);
        double[] points = [.. Enumerable.Range(0, 1_500).SelectMany(i =>
        {
            double[] v = [random.NextDouble(), random.NextDouble(), random.NextDouble()];
            double length = Math.Sqrt(v.Sum(x => x * x)) * (i % 2 == 0 ? -1 : 1);
            return v.Select(x => x / length);
        })];

        int[] front = ParetoFront.Of(points, 3);

        front.Should().Equal(Obvious(points, 3));
        front.Length.Should().BeGreaterThan(600);
    }

    [Fact]
    public void Of_BadShape_Throws()
    {
        FluentActions.Invoking(() => ParetoFront.Of(new double[5], 3)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => ParetoFront.Of(new double[5], 0)).Should().Throw<ArgumentOutOfRangeException>();
    }

    private static int[] Obvious(double[] points, int objectives)
    {
        int count = points.Length / objectives;
        double[] Row(int i) => points[(i * objectives)..((i + 1) * objectives)];
        return [.. Enumerable.Range(0, count).Where(i => !Row(i).Any(double.IsNaN) && !Enumerable.Range(0, count).Any(j =>
            !Row(j).Any(double.IsNaN) && Row(j).Zip(Row(i)).All(pair => pair.First <= pair.Second) && Row(j).Zip(Row(i)).Any(pair => pair.First < pair.Second)))];
    }
}
