using System.Text.Json;
using Vouch.Core.Models;

namespace Vouch.Core.Tests.Models;

public sealed class ConfidenceIntervalTests
{
    private static ConfidenceInterval Interval(double estimate = 0.5, double lower = 0.4, double upper = 0.6, double confidence = 0.95, string method = "Wilson", long n = 100) =>
        new(estimate, lower, upper, confidence, method, n);

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        FluentActions.Invoking(() => Interval(estimate: 0.3)).Should().Throw<ArgumentException>().WithMessage("*0.4 <= 0.3 <= 0.6*");
        FluentActions.Invoking(() => Interval(estimate: 0.7)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Interval(lower: double.NaN)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Interval(estimate: double.NaN)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Interval(upper: double.NaN)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Interval(confidence: 0)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Interval(confidence: 1)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Interval(confidence: double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => Interval(method: " ")).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => Interval(n: -1)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void ContainsAndWidth_AtTheBounds_AreExact()
    {
        ConfidenceInterval interval = Interval();

        interval.Contains(0.4).Should().BeTrue();
        interval.Contains(0.6).Should().BeTrue();
        interval.Contains(Math.BitIncrement(0.6)).Should().BeFalse();
        interval.Contains(double.NaN).Should().BeFalse();
        interval.Width.Should().BeApproximately(0.2, 1e-15);
        Interval(upper: double.PositiveInfinity).Width.Should().Be(double.PositiveInfinity);
        Interval(lower: double.NegativeInfinity, upper: double.PositiveInfinity).Contains(1e300).Should().BeTrue();
    }

    [Fact]
    public void ToString_Always_SaysWhereItComesFrom() => Interval().ToString().Should().Be("0.5 [0.4, 0.6] at 95 % (Wilson, n = 100)");

    [Fact]
    public void Json_RoundTrip_KeepsOpenBounds()
    {
        ConfidenceInterval interval = Interval(lower: double.NegativeInfinity);

        string json = JsonSerializer.Serialize(interval);

        json.Should().Be("""{"Estimate":0.5,"Lower":"-Infinity","Upper":0.6,"Confidence":0.95,"Method":"Wilson","SampleSize":100}""");
        JsonSerializer.Deserialize<ConfidenceInterval>(json).Should().Be(interval);
    }
}
