using Vouch.Observability.Traces;
using Vouch.Statistics.Sketches;

namespace Vouch.Observability.Tests.Traces;

public sealed class OperationLatenciesTests
{
    private static readonly Operation Front = new("front", "serve"), Data = new("data", "read");

    [Fact]
    public void Read_ManyTraces_HasTheExactPercentilesWithinTheSketchsError()
    {
        var latencies = new OperationLatencies();
        for (int i = 1; i <= 1000; i++)
        {
            latencies.Add(Trace(own: i, below: 2 * i));
        }

        OperationLatency front = latencies.Read(Front)!, data = latencies.Read(Data)!;

        front.Calls.Should().Be(1000);
        Milliseconds(front.Duration(0.5)).Should().BeApproximately(1500, 1500 * QuantileSketch.RelativeError + 3);
        Milliseconds(front.Exclusive(0.99)).Should().BeApproximately(990, 990 * QuantileSketch.RelativeError + 1, "the time of the call it made is not its own");
        Milliseconds(data.Duration(0.99)).Should().BeApproximately(1980, 1980 * QuantileSketch.RelativeError + 2);
        data.Exclusive(0.99).Should().Be(data.Duration(0.99));
        latencies.Read().Select(entry => entry.Operation).Should().Equal([Data, Front], "the one that worked longest comes first");
        data.TotalExclusive.Should().Be(TimeSpan.FromMilliseconds(2 * 500_500));
    }

    [Fact]
    public void Add_WeightedTraces_CountAsManyAsTheyStandFor()
    {
        var latencies = new OperationLatencies();
        for (int i = 0; i < 100; i++)
        {
            latencies.Add(Trace(1, 1, failed: true), weight: 2.3);
        }

        latencies.Read(Data)!.Calls.Should().BeInRange(229, 231);
        latencies.Read(Data)!.Failed.Should().Be(latencies.Read(Data)!.Calls);
        latencies.Read(Front)!.Failed.Should().Be(0);
    }

    [Fact]
    public void Merge_TwoParts_IsWhatOneOfAllWouldHold()
    {
        OperationLatencies left = new(), right = new(), all = new();
        for (int i = 1; i <= 50; i++)
        {
            (i % 3 == 0 ? left : right).Add(Trace(i, 5));
            all.Add(Trace(i, 5));
        }

        left.Merge(right);

        left.Read().Should().BeEquivalentTo(all.Read(), options => options.Excluding(entry => entry.Durations).Excluding(entry => entry.ExclusiveTimes));
        left.Read(Front)!.Durations.Buckets().Should().Equal(all.Read(Front)!.Durations.Buckets());
    }

    [Fact]
    public void Add_MoreOperationsThanTheLimit_CountTogether()
    {
        var latencies = new OperationLatencies(maxOperations: 2);
        for (ulong i = 1; i <= 10; i++)
        {
            latencies.Add(SpanTree.Build([new SpanRecord(i, 0, "s", $"o{i}", TimeSpan.Zero, TimeSpan.FromMilliseconds(1))]));
        }

        latencies.Read().Should().HaveCount(3);
        latencies.Read(OperationLatencies.Other)!.Calls.Should().Be(8);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Add_WeightThatIsNone_Throws(double weight) =>
        FluentActions.Invoking(() => new OperationLatencies().Add(Trace(1, 1), weight)).Should().Throw<ArgumentOutOfRangeException>();

    private static double Milliseconds(TimeSpan time) => time.TotalMilliseconds;

    private static SpanTree Trace(double own, double below, bool failed = false) => SpanTree.Build(
    [
        new SpanRecord(1, 0, "front", "serve", TimeSpan.Zero, TimeSpan.FromMilliseconds(own + below)),
        new SpanRecord(2, 1, "data", "read", TimeSpan.Zero, TimeSpan.FromMilliseconds(below), failed),
    ]);
}
