using FsCheck;
using FsCheck.Fluent;
using Vouch.Statistics.Sketches;

namespace Vouch.Statistics.Tests.Sketches;

public sealed class QuantileSketchTests
{
    private static readonly double[] Shares = [0, 1e-9, 0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999, 1];

    // exp(2 + 1.2 z), z from System.Random seed 42 by Box-Muller; exact quantiles by sorting, and the published ones.
    [Theory]
    [InlineData(0.5, 7.4112)]
    [InlineData(0.9, 34.2449)]
    [InlineData(0.95, 52.9774)]
    [InlineData(0.99, 120.1025)]
    [InlineData(0.999, 301.2444)]
    [InlineData(0.9999, 657.7670)]
    public void Quantile_LogNormal_IsTheReferenceWithinTheStatedError(double share, double expected)
    {
        QuantileEstimate estimate = LogNormal.Value.Quantile(share);

        (Math.Abs(estimate.Value - expected) / expected).Should().BeLessThan(QuantileSketch.RelativeError + 1e-5);
        estimate.Lower.Should().BeLessThanOrEqualTo(expected * (1 + 1e-5));
        estimate.Upper.Should().BeGreaterThanOrEqualTo(expected * (1 - 1e-5));
        estimate.Count.Should().Be(1 << 20);
        LogNormal.Value.SizeInBytes.Should().BeLessThanOrEqualTo(13 * 1024);
    }

    [Fact]
    public void Quantile_AnyNumbers_IsWithinTheErrorOfSorting()
    {
        Gen<double> numbers = Gen.OneOf(
            ArbMap.Default.GeneratorFor<double>(),
            ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble),
            Gen.Elements(0.0, -0.0, double.Epsilon, -double.Epsilon, double.MaxValue, double.MinValue, 1e300, -1e300, 1e-310, 2.2250738585072014E-308, double.NaN, double.PositiveInfinity, double.NegativeInfinity),
            Gen.Choose(1, 100).Select(value => (double)value),
            Gen.Choose(-50, 50).Select(exponent => Math.ScaleB(1, exponent)),
            Gen.Choose(1, 5000).Select(units => units * double.Epsilon));

        Prop.ForAll(numbers.ArrayOf().ToArbitrary(), values =>
        {
            var sketch = new QuantileSketch();
            foreach (double value in values)
            {
                sketch.Add(value);
            }

            return Agrees(sketch, values);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(3_000).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Quantile_RandomBitPatterns_IsWithinTheErrorOfSorting()
    {
        var random = new Random(5);
        double[] values = new double[50_000];
        var sketch = new QuantileSketch();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            sketch.Add(values[i]);
        }

        Agrees(sketch, values).Should().BeTrue();
    }

    [Fact]
    public void Merge_PartsInAnyOrderAndGrouping_IsTheSketchOfAll()
    {
        Gen<double> numbers = Gen.OneOf(
            ArbMap.Default.GeneratorFor<double>(),
            ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble),
            Gen.Choose(-1000, 1000).Select(value => value / 8.0));

        Prop.ForAll(numbers.ArrayOf().Three().ToArbitrary(), parts =>
        {
            (double[] a, double[] b, double[] c) = parts;
            QuantileSketch all = Of([.. a, .. b, .. c]);
            QuantileSketch left = Of(a);
            left.Merge(Of(b));
            left.Merge(Of(c));
            QuantileSketch right = Of(c);
            QuantileSketch inner = Of(b);
            inner.Merge(Of(a));
            right.Merge(inner);
            return Same(all, left) && Same(all, right) && Same(all, all.Copy());
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void Add_FirstValuesFarFromTheRest_TakesTheRunToTheRest()
    {
        var sketch = new QuantileSketch();
        sketch.Add(1e-200);
        var values = new List<double> { 1e-200 };
        for (int i = 1; i <= 20_000; i++)
        {
            sketch.Add(i);
            values.Add(i);
        }

        Agrees(sketch, [.. values]).Should().BeTrue();
        sketch.SizeInBytes.Should().BeLessThan(8 * 1024, "most values lie in the run, and only the exception beside it");
    }

    [Fact]
    public void Add_CountsPast32Bits_AreExact()
    {
        var sketch = new QuantileSketch();
        sketch.Add(1, 3_000_000_000);
        sketch.Add(1, 3_000_000_000);
        sketch.Add(1);
        sketch.Add(2, 6_000_000_001);
        var other = new QuantileSketch();
        other.Add(2, 4_000_000_000);
        sketch.Merge(other);

        sketch.Count.Should().Be(16_000_000_002);
        sketch.Buckets().Select(bucket => bucket.Count).Should().Equal(6_000_000_001, 10_000_000_001);
        sketch.Quantile(0.375).Lower.Should().Be(1);
        sketch.Quantile(0.376).Lower.Should().Be(2);
    }

    [Fact]
    public void Add_SpecialNumbers_HaveTheirStatedAnswers()
    {
        QuantileSketch sketch = Of([double.NaN, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0, -0.0, 5]);

        sketch.Count.Should().Be(5);
        sketch.NotANumberCount.Should().Be(2);
        sketch.Quantile(0).Value.Should().Be(double.NegativeInfinity);
        sketch.Quantile(0.5).Value.Should().Be(0);
        sketch.Quantile(0.8).Should().Match<QuantileEstimate>(estimate => estimate.Lower == 5 && estimate.RelativeError <= QuantileSketch.RelativeError);
        sketch.Quantile(1).Value.Should().Be(double.PositiveInfinity);
    }

    [Fact]
    public void Quantile_Empty_IsNotANumber()
    {
        var sketch = new QuantileSketch();

        sketch.Quantile(0.5).Value.Should().Be(double.NaN);
        sketch.Quantile(0.5).RelativeError.Should().Be(double.NaN);
        sketch.Min.Should().Be(double.NaN);
        sketch.Count.Should().Be(0);
        sketch.Buckets().Should().BeEmpty();
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Quantile_NoShare_Throws(double share) =>
        FluentActions.Invoking(() => new QuantileSketch().Quantile(share)).Should().Throw<ArgumentException>();

    [Fact]
    public void Quantile_ConstantValues_IsExact()
    {
        var sketch = new QuantileSketch();
        sketch.Add(0.3, 1000);

        Shares.Select(share => sketch.Quantile(share).Value).Should().OnlyContain(value => value == 0.3);
    }

    [Fact]
    public void Clear_AfterValues_IsEmptyAgain()
    {
        QuantileSketch sketch = Of([1, -2, 0, double.NaN, 1e-300]);
        sketch.Clear();
        sketch.Add(7);

        sketch.Count.Should().Be(1);
        sketch.Quantile(0.5).Value.Should().Be(7);
        sketch.NotANumberCount.Should().Be(0);
    }

    [Fact]
    public void Add_SteadyState_AllocatesNothing()
    {
        var sketch = new QuantileSketch();
        Add();
        Allocations.Of(Add, times: 1).Should().Be(0);

        void Add()
        {
            for (int i = -10_000; i < 10_000; i++)
            {
                sketch.Add(i * 0.01);
            }
        }
    }

    [Fact]
    public void Since_AnEarlierCopy_IsTheSketchOfWhatCameAfter()
    {
        var random = new Random(8);
        var sketch = new QuantileSketch();
        double[] Values() => [.. Enumerable.Range(0, 5_000).Select(_ => random.Next(10) switch
        {
            0 => 0,
            1 => double.NaN,
            2 => double.PositiveInfinity,
            3 => -random.NextDouble(),
            _ => Math.ScaleB(random.NextDouble(), random.Next(-40, 40)),
        })];
        foreach (double value in Values())
        {
            sketch.Add(value);
        }

        QuantileSketch earlier = sketch.Copy();
        double[] later = Values();
        foreach (double value in later)
        {
            sketch.Add(value);
        }

        QuantileSketch since = sketch.Since(earlier);

        since.Buckets().Should().Equal(Of(later).Buckets());
        Agrees(since, later).Should().BeTrue();
        FluentActions.Invoking(() => earlier.Since(sketch)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public async Task Add_WhileOthersReadAndMerge_LosesNothing()
    {
        var sketch = new QuantileSketch();
        var crosswise = new QuantileSketch();
        using var stop = new CancellationTokenSource();
        Task reader = Task.Run(() =>
        {
            long last = 0;
            while (!stop.IsCancellationRequested)
            {
                long count = sketch.Count;
                count.Should().BeGreaterThanOrEqualTo(last);
                last = count;
                double value = sketch.Quantile(0.5).Value;
                (double.IsNaN(value) || Math.Abs(value) <= 1e9).Should().BeTrue();
                crosswise.Merge(sketch);
                crosswise.Clear();
            }
        });
        var random = new Random(3);
        for (int i = 0; i < 200_000; i++)
        {
            sketch.Add(Math.ScaleB(random.NextDouble() - 0.5, random.Next(-30, 30)));
        }

        await stop.CancelAsync();
        await reader;

        sketch.Count.Should().Be(200_000);
    }

    [Fact]
    public void ToExponentialHistogram_LogNormal_KeepsCountsAndStatesItsError()
    {
        ExponentialHistogram histogram = LogNormal.Value.ToExponentialHistogram();

        histogram.Count.Should().Be(1 << 20);
        (histogram.Positive.Sum() + histogram.Negative.Sum() + histogram.ZeroCount).Should().Be(1 << 20);
        histogram.Positive.Count.Should().BeLessThanOrEqualTo(160);
        histogram.Positive[0].Should().BePositive();
        histogram.Positive[^1].Should().BePositive();

        // 17 powers of two do not fit at scale 4 (16 each), but at scale 3.
        histogram.Scale.Should().Be(3);
        foreach ((double share, double exact) in ((double, double)[])[(0.5, 7.4112), (0.9, 34.2449), (0.99, 120.1025), (0.999, 301.2444)])
        {
            double read = Read(histogram, share);
            (Math.Abs(read - exact) / exact).Should().BeLessThan(histogram.RelativeError + 1e-5);
        }
    }

    // Bucket i holds (base^i, base^(i+1)]: the specification's own examples at scale 0 and its powers of two.
    [Theory]
    [InlineData(1.5, 0)]
    [InlineData(3, 1)]
    [InlineData(5, 2)]
    [InlineData(0.7, -1)]
    [InlineData(1e300, 996)]
    [InlineData(1e-310, -1030)]
    public void ToExponentialHistogram_OneValue_LiesInItsBucket(double value, int indexAtScale0)
    {
        ExponentialHistogram histogram = Of([value, -value]).ToExponentialHistogram();

        (histogram.PositiveOffset >> histogram.Scale).Should().Be(indexAtScale0);
        (histogram.NegativeOffset >> histogram.Scale).Should().Be(indexAtScale0);
        histogram.Positive.Should().Equal(1);
        histogram.Min.Should().BeApproximately(-value, value * QuantileSketch.RelativeError);
    }

    [Fact]
    public void ToExponentialHistogram_WholeRange_FitsAtACoarseScale()
    {
        ExponentialHistogram histogram = Of([double.Epsilon, 1, double.MaxValue, 0, double.NaN, double.PositiveInfinity]).ToExponentialHistogram(20);

        histogram.Positive.Count.Should().BeLessThanOrEqualTo(20);
        histogram.Positive.Sum().Should().Be(3);
        histogram.LeftOut.Should().Be(2);
        histogram.Count.Should().Be(4);
    }

    private static Lazy<QuantileSketch> LogNormal { get; } = new(() =>
    {
        var random = new Random(42);
        var sketch = new QuantileSketch();
        for (int i = 0; i < 1 << 20; i++)
        {
            double u = 1 - random.NextDouble();
            double v = random.NextDouble();
            sketch.Add(Math.Exp(2 + (1.2 * Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(Math.Tau * v))));
        }

        return sketch;
    });

    private static QuantileSketch Of(double[] values)
    {
        var sketch = new QuantileSketch();
        foreach (double value in values)
        {
            sketch.Add(value);
        }

        return sketch;
    }

    private static bool Same(QuantileSketch left, QuantileSketch right) =>
        left.Buckets().SequenceEqual(right.Buckets()) && left.NotANumberCount == right.NotANumberCount && left.Min.Equals(right.Min) && left.Max.Equals(right.Max) && left.Count == right.Count;

    private static bool Agrees(QuantileSketch sketch, double[] values)
    {
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        if (sketch.Count != sorted.Length || sketch.NotANumberCount != values.Length - sorted.Length)
        {
            return false;
        }

        foreach (double share in sorted.Length == 0 ? [] : Shares)
        {
            // In exact arithmetic: the shares are tested at least 1e-12 away from whole ranks.
            double exact = sorted[(int)Math.Clamp((long)Math.Ceiling((share * sorted.Length) - (1e-13 * share * sorted.Length)) - 1, 0, sorted.Length - 1)];
            QuantileEstimate estimate = sketch.Quantile(share);
            bool within = exact == estimate.Value || Math.Abs(estimate.Value - exact) <= QuantileSketch.RelativeError * Math.Abs(exact);
            if (!within || exact < estimate.Lower || exact > estimate.Upper || estimate.RelativeError > QuantileSketch.RelativeError)
            {
                return false;
            }
        }

        return true;
    }

    private static double Read(ExponentialHistogram histogram, double share)
    {
        long rank = (long)Math.Ceiling(share * histogram.Count) - 1 - histogram.Negative.Sum() - histogram.ZeroCount;
        int index = 0;
        while (rank >= histogram.Positive[index])
        {
            rank -= histogram.Positive[index++];
        }

        return Math.Pow(histogram.Base, histogram.PositiveOffset + index + 0.5);
    }
}
