using FsCheck;
using FsCheck.Fluent;
using Vouch.Economy.Pricing;

namespace Vouch.Economy.Tests.Pricing;

public class PriceCurveTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.FromHours(1));

    [Fact]
    public void WindowCost_AnyWindow_EqualsTheSlotwiseSum()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonEmptyArray<int>>(), ArbMap.Default.ArbFor<PositiveInt>(), (given, cut) =>
        {
            double[] prices = [.. given.Get.Select(value => (double)value)];
            var curve = new PriceCurve(Start, TimeSpan.FromHours(1), prices);
            int from = cut.Get % prices.Length;
            int length = (cut.Get * 7) % (prices.Length - from + 1);
            curve.WindowCost(from, length).Should().Be(given.Get.Skip(from).Take(length).Sum(value => (long)value));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void CheapestWindow_AnyCurve_EqualsTryingAll()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            double[] prices = [.. Enumerable.Range(0, 1 + random.Next(30)).Select(_ => (double)random.Next(-5, 6))];
            var curve = new PriceCurve(Start, TimeSpan.FromMinutes(15), prices);
            int length = 1 + random.Next(5);
            int release = random.Next(5);
            int deadline = random.Next(40);
            int end = Math.Min(deadline, prices.Length);
            int[] starts = [.. Enumerable.Range(0, prices.Length).Where(s => s >= release && s + length <= end)];
            int expected = starts.Length == 0 ? -1 : starts.MinBy(s => prices[s..(s + length)].Sum());

            curve.CheapestWindow(length, release, deadline).Should().Be(expected);
        }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e300)]
    [InlineData(-1.1e15)]
    public void Constructor_PriceOutOfRange_NamesTheSlot(double price)
    {
        Action act = () => _ = new PriceCurve(Start, TimeSpan.FromHours(1), [1, 2, price]);

        act.Should().Throw<ArgumentOutOfRangeException>().WithMessage("*slot 2*finite*");
    }

    [Fact]
    public void Constructor_NoSlotsOrTooManyOrNoLength_Throws()
    {
        FluentActions.Invoking(() => new PriceCurve(Start, TimeSpan.FromHours(1), [])).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new PriceCurve(Start, TimeSpan.FromHours(1), new double[PriceCurve.MaxSlotCount + 1])).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new PriceCurve(Start, TimeSpan.Zero, [1])).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new PriceCurve(DateTimeOffset.MaxValue, TimeSpan.FromHours(1), [1])).Should().Throw<ArgumentOutOfRangeException>();
        new PriceCurve(Start, TimeSpan.FromTicks(1), [double.Epsilon, -0.0, 0]).Average.Should().BeGreaterThanOrEqualTo(0);
    }

    [Fact]
    public void Lookups_AtEdges_AreHalfOpen()
    {
        var curve = new PriceCurve(Start, TimeSpan.FromHours(1), [10, 20, 30]);

        curve.End.Should().Be(Start.AddHours(3));
        curve.PriceAt(Start).Should().Be(10);
        curve.PriceAt(Start.AddHours(1)).Should().Be(20);
        curve.PriceAt(Start.AddHours(3).AddTicks(-1).ToUniversalTime()).Should().Be(30);
        curve.TryGetSlot(Start.AddHours(3), out int outside).Should().BeFalse();
        outside.Should().Be(-1);
        curve.TryGetSlot(Start.AddTicks(-1), out _).Should().BeFalse();
        curve.Invoking(c => c.PriceAt(Start.AddHours(3))).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*runs from*");
        curve.TimeOf(3).Should().Be(curve.End);
        curve.TimeOf(1).Offset.Should().Be(TimeSpan.FromHours(1));
        (curve.Lowest, curve.Highest, curve.Average).Should().Be((10, 30, 20));
    }

    [Fact]
    public void Slots_FromTimes_NeverStartEarlyNorEndLate()
    {
        var curve = new PriceCurve(Start, TimeSpan.FromHours(1), [10, 20, 30]);

        curve.ReleaseSlot(Start.AddYears(-1)).Should().Be(0);
        curve.ReleaseSlot(Start).Should().Be(0);
        curve.ReleaseSlot(Start.AddTicks(1)).Should().Be(1);
        curve.ReleaseSlot(Start.AddHours(2)).Should().Be(2);
        curve.ReleaseSlot(DateTimeOffset.MaxValue).Should().Be(3);
        curve.DeadlineSlot(DateTimeOffset.MinValue).Should().Be(0);
        curve.DeadlineSlot(Start.AddMinutes(59)).Should().Be(0);
        curve.DeadlineSlot(Start.AddHours(1)).Should().Be(1);
        curve.DeadlineSlot(Start.AddHours(99)).Should().Be(3);
        curve.SlotsFor(TimeSpan.FromMinutes(60)).Should().Be(1);
        curve.SlotsFor(TimeSpan.FromMinutes(61)).Should().Be(2);
        curve.Invoking(c => c.SlotsFor(TimeSpan.Zero)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void FromDecimals_Prices_AreTheNearestDoubles()
    {
        PriceCurve curve = PriceCurve.FromDecimals(Start, TimeSpan.FromHours(1), [42.37m, -0.01m, 0m]);

        curve.Prices.ToArray().Should().Equal(42.37, -0.01, 0);
        curve.Invoking(c => c.WindowCost(2, 2)).Should().Throw<ArgumentOutOfRangeException>();
        curve.Invoking(c => c[3]).Should().Throw<ArgumentOutOfRangeException>();
    }
}
