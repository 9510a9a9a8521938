using System.Text.Json;
using Vouch.Core.Models;

namespace Vouch.Core.Tests.Models;

public sealed class EvidenceTests
{
    private static readonly ConfidenceInterval Interval = new(0.01, 0, 0.02, 0.99, "Clopper-Pearson", 300);

    [Fact]
    public void Constructor_Reasons_AreCopied()
    {
        List<string> reasons = ["first", "second"];
        var evidence = new Evidence("SPRT", 12, true, Interval, reasons);

        reasons.Clear();

        evidence.Reasons.Should().Equal("first", "second");
        evidence.Should().Be(new Evidence("SPRT", 12, true, Interval, ["first", "second"]));
        evidence.GetHashCode().Should().Be(new Evidence("SPRT", 12, true, Interval, ["first", "second"]).GetHashCode());
        evidence.Should().NotBe(new Evidence("SPRT", 12, true, Interval, ["first", "other"]));
        evidence.Should().NotBe(new Evidence("SPRT", 12, false, Interval, ["first", "second"]));
        evidence.ToString().Should().Be("sufficient by SPRT: 0.01 [0, 0.02] at 99 % (Clopper-Pearson, n = 300) (first; second)");
    }

    [Fact]
    public void Constructor_BadArguments_Throws()
    {
        FluentActions.Invoking(() => new Evidence("", 1, true)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => new Evidence("m", -1, true)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => new Evidence("m", 1, true, null, [null!])).Should().Throw<ArgumentException>().WithMessage("*never null*");
    }

    [Fact]
    public void Insufficient_CarriesNoNumber()
    {
        var evidence = Evidence.Insufficient("SPRT", 2, "too few checks");

        evidence.IsSufficient.Should().BeFalse();
        evidence.Interval.Should().BeNull();
        evidence.ToString().Should().Be("insufficient by SPRT (too few checks)");
        new Evidence("SPRT", 0, true).Reasons.Should().BeEmpty();
    }

    [Fact]
    public void Json_RoundTrip_KeepsEverything()
    {
        Evidence[] all =
        [
            new("SPRT", 12, true, Interval, ["first \"quoted\"", "second"]),
            new("SPRT", 0, false),
            new("t", 5, true, new ConfidenceInterval(0, double.NegativeInfinity, double.PositiveInfinity, 0.5, "none", 0)),
        ];

        string json = JsonSerializer.Serialize(all);

        JsonSerializer.Deserialize<Evidence[]>(json).Should().Equal(all);
        JsonSerializer.Serialize(all[1]).Should().Be("""{"method":"SPRT","sampleSize":0,"isSufficient":false,"reasons":[]}""");
        JsonSerializer.Deserialize<Evidence>("""{"isSufficient":true,"new":{"a":[1]},"method":"m","interval":null,"sampleSize":1}""").Should().Be(new Evidence("m", 1, true));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{}")]
    [InlineData("""{"method":"m","sampleSize":1}""")]
    [InlineData("""{"method":"m","sampleSize":-1,"isSufficient":true}""")]
    [InlineData("""{"method":" ","sampleSize":1,"isSufficient":true}""")]
    [InlineData("""{"method":7,"sampleSize":1,"isSufficient":true}""")]
    [InlineData("""{"method":"m","sampleSize":1.5,"isSufficient":true}""")]
    [InlineData("""{"method":"m","sampleSize":1,"isSufficient":"yes"}""")]
    [InlineData("""{"method":"m","sampleSize":1,"isSufficient":true,"reasons":"none"}""")]
    [InlineData("""{"method":"m","sampleSize":1,"isSufficient":true,"reasons":[null]}""")]
    [InlineData("""{"method":"m","sampleSize":1,"isSufficient":true,"interval":[]}""")]
    [InlineData("""{"method":"m","sampleSize":1,"isSufficient":true,"interval":{"estimate":1}}""")]
    [InlineData("""{"method":"m","sampleSize":1,"isSufficient":true,"interval":{"estimate":1,"lower":2,"upper":3,"confidence":0.9,"method":"m","sampleSize":1}}""")]
    [InlineData("""{"method":"m","sampleSize":1,"isSufficient":true,"interval":{"estimate":1,"lower":"NaN","upper":3,"confidence":0.9,"method":"m","sampleSize":1}}""")]
    [InlineData("""{"method":"m","sampleSize":1,"isSuff""")]
    public void Json_Malformed_IsRefused(string json) =>
        FluentActions.Invoking(() => JsonSerializer.Deserialize<Evidence>(json)).Should().Throw<JsonException>();
}
