using FsCheck;
using FsCheck.Fluent;
using Vouch.TrustEngine.Answers;

namespace Vouch.TrustEngine.Tests.Answers;

public class ToleranceGroupsTests
{
    [Fact]
    public void Of_AChainOfNearNumbers_IsNotOneGroup()
    {
        double[] values = [0, 0.9, 1.8, 2.7, 1.0, 1.1];

        IReadOnlyList<ToleranceGroup> groups = ToleranceGroups.Of(values, absolute: 1);

        groups.Select(group => string.Join(' ', group.Members)).Should().Equal("1 2 4 5", "0", "3");
        groups[0].Representative.Should().Be(4);
        groups[0].Radius.Should().BeApproximately(0.8, 1e-12);
    }

    [Fact]
    public void Of_NumbersThatAreNotFinite_MatchThemselvesOnly()
    {
        double[] values = [double.NaN, double.PositiveInfinity, 1e308, -1e308, double.NaN, double.NegativeInfinity, double.NaN, 0.0, -0.0, double.PositiveInfinity];

        ToleranceGroups.Of(values, absolute: double.MaxValue / 4, relative: 0.9).Select(group => string.Join(' ', group.Members))
            .Should().Equal("0 4 6", "7 8", "1 9", "3", "2", "5");
    }

    // Oracle: the slow obvious way, over all windows of what is left.
    [Fact]
    public void Of_RandomNumbers_IsWhatTheSlowWayFindsInAnyOrder()
    {
        Prop.ForAll(Arb.From(Gen.Choose(-60, 60).ListOf()), Arb.From(Gen.Choose(0, 12)), Arb.From(Gen.Choose(0, 3)), (numbers, tolerance, share) =>
        {
            double[] values = [.. numbers.Select(number => (double)number)];
            double relative = share / 4.0;
            string[] found = Texts(values, ToleranceGroups.Of(values, tolerance, relative));
            double[] turned = [.. values.Reverse()];
            return found.SequenceEqual(Slow(values, tolerance, relative)) && Texts(turned, ToleranceGroups.Of(turned, tolerance, relative)).SequenceEqual(found);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Of_Tensors_GroupByShapeAndComponents()
    {
        TensorAnswer[] tensors =
        [
            new(new[] { 1.0, 2.0 }), new(new[] { 1.05, 2.05 }), new(new[] { 1.0, 3.0 }), new(new[] { 2, 1 }, new[] { 1.0, 2.0 }),
            new(new[] { 1.1, 2.1 }), new(new[] { double.NaN, 2.0 }), new(new[] { double.NaN, 2.0 }),
        ];

        IReadOnlyList<ToleranceGroup> groups = ToleranceGroups.Of(tensors, absolute: 0.06);

        groups.Select(group => string.Join(' ', group.Members)).Should().Equal("0 1 4", "5 6", "2", "3");
        groups[0].Representative.Should().Be(1);
    }

    [Fact]
    public void Of_RandomTensors_HoldsItsPromiseInAnyOrder()
    {
        Prop.ForAll(Arb.From(Gen.Choose(0, 12).Two().ListOf()), pairs =>
        {
            TensorAnswer[] tensors = [.. pairs.Select(pair => new TensorAnswer(new double[] { pair.Item1, pair.Item2 }))];
            TensorAnswer[] turned = [.. tensors.Reverse()];
            IReadOnlyList<ToleranceGroup> groups = ToleranceGroups.Of(tensors, absolute: 2);
            bool near = groups.All(group => group.Members.All(member =>
                tensors[member].Values.ToArray().Zip(tensors[group.Representative].Values.ToArray()).All(pair => Math.Abs(pair.First - pair.Second) <= 2)));
            bool partition = groups.SelectMany(group => group.Members).Order().SequenceEqual(Enumerable.Range(0, tensors.Length));
            return near && partition && Texts(tensors, groups).SequenceEqual(Texts(turned, ToleranceGroups.Of(turned, absolute: 2)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Of_AHundredThousandNumbers_IsQuick()
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 100_000).Select(_ => random.NextDouble())];

        ToleranceGroups.Of(values, absolute: 1e-4).Sum(group => group.Members.Count).Should().Be(values.Length);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(double.PositiveInfinity, 0)]
    [InlineData(0, 1)]
    [InlineData(0, -0.1)]
    [InlineData(0, double.NaN)]
    public void Of_ToleranceOutsideItsRange_Throws(double absolute, double relative)
    {
        FluentActions.Invoking(() => ToleranceGroups.Of([1.0], absolute, relative)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void TensorAnswer_ShapeThatDoesNotHoldItsValues_Throws()
    {
        FluentActions.Invoking(() => new TensorAnswer(new[] { 2, 2 }, new double[3])).Should().Throw<ArgumentException>().WithMessage("*[2, 2]*3*");
        FluentActions.Invoking(() => new TensorAnswer(new[] { -1 }, new double[1])).Should().Throw<ArgumentException>();
    }

    private static string[] Texts(double[] values, IEnumerable<ToleranceGroup> groups) =>
        [.. groups.Select(group => FormattableString.Invariant($"{string.Join(' ', group.Members.Select(member => values[member]).Order())} at {values[group.Representative]}"))];

    private static string[] Texts(TensorAnswer[] tensors, IEnumerable<ToleranceGroup> groups) =>
        [.. groups.Select(group => string.Join(' ', group.Members.Select(member => string.Join(',', tensors[member].Values.ToArray())).Order(StringComparer.Ordinal)) + " at " + string.Join(',', tensors[group.Representative].Values.ToArray()))];

    private static string[] Slow(double[] values, double absolute, double relative)
    {
        List<double> left = [.. values.Order()];
        var groups = new List<string>();
        while (left.Count > 0)
        {
            List<double> best = left
                .Select(start => left.Where(other => other >= start && other - start <= Math.Max(absolute, relative * Math.Max(Math.Abs(start), Math.Abs(other)))).ToList())
                .OrderByDescending(window => window.Count).ThenBy(window => window[^1] - window[0]).ThenBy(window => window[0]).First();
            groups.Add(FormattableString.Invariant($"{string.Join(' ', best)} at {best[(best.Count - 1) / 2]}"));
            best.ForEach(value => left.Remove(value));
        }

        return [.. groups];
    }
}
