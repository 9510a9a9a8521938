using System.Text.Json;
using Vouch.Core.Models;

namespace Vouch.Core.Tests.Models;

public sealed class QualityTargetTests
{
    [Fact]
    public void Constructor_ValueAndScale_AreChecked()
    {
        new QualityTarget(0, QualityScale.Ssim).Value.Should().Be(0);
        new QualityTarget(1, QualityScale.Score).Scale.Should().Be(QualityScale.Score);
        foreach (double value in (double[])[double.NaN, -0.001, 1.001, double.PositiveInfinity])
        {
            FluentActions.Invoking(() => new QualityTarget(value, QualityScale.Ssim)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*[0, 1]*");
        }

        FluentActions.Invoking(() => new QualityTarget(0.5, (QualityScale)99)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*PassRate*");
    }

    [Fact]
    public void IsMetBy_Measured_IsJudgedExactly()
    {
        var target = new QualityTarget(0.95, QualityScale.Ssim);

        target.IsMetBy(0.95).Should().BeTrue();
        target.IsMetBy(Math.BitDecrement(0.95)).Should().BeFalse();
        target.IsMetBy(double.NaN).Should().BeFalse();
        target.ToString().Should().Be("0.95 Ssim");
        target.Should().NotBe(new QualityTarget(0.95, QualityScale.PassRate));
        default(QualityTarget).IsMetBy(-1).Should().BeFalse();
        default(QualityTarget).IsMetBy(0).Should().BeTrue();
    }

    [Fact]
    public void Json_RoundTrip_NamesTheScale()
    {
        var target = new QualityTarget(0.95, QualityScale.PassRate);

        string json = JsonSerializer.Serialize(target);

        json.Should().Be("""{"Value":0.95,"Scale":"PassRate"}""");
        JsonSerializer.Deserialize<QualityTarget>(json).Should().Be(target);
        FluentActions.Invoking(() => JsonSerializer.Deserialize<QualityTarget>("""{"Value":2,"Scale":"Ssim"}""")).Should().Throw<ArgumentOutOfRangeException>();
        JsonSerializer.Serialize(OptimizationProfile.Economy).Should().Be("\"Economy\"");
    }
}
