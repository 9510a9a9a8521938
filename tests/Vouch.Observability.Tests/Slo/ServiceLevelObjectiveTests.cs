using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Observability.Slo;

namespace Vouch.Observability.Tests.Slo;

public sealed class ServiceLevelObjectiveTests
{
    [Fact]
    public void Parse_Threshold_IsRead()
    {
        ServiceLevelObjective objective = ServiceLevelObjective.Parse("99.9% < 250ms over 30d");

        objective.Comparison.Should().Be(Comparison.AtLeast);
        objective.Target.Should().Be(new Fraction(999, 1000));
        objective.Budget.Should().Be(new Fraction(1, 1000));
        objective.Indicator.Should().Be(Indicator.Values(Comparison.Below, 250, "ms"));
        objective.Period.Should().Be(TimeSpan.FromDays(30));
        objective.Name.Should().Be(objective.Text).And.Be(">= 99.9% < 250ms over 30d");
    }

    [Theory]
    [InlineData("99.9% over 28d", ">= 99.9% good over 28d")]
    [InlineData("0.999 good over 4w", ">= 99.9% good over 28d")]
    [InlineData("≥99.95 % good over 7d", ">= 99.95% good over 7d")]
    [InlineData("<= 0.1% bad over 7d", "<= 0.1% bad over 7d")]
    [InlineData("<0.1% errors over 7d", "< 0.1% bad over 7d")]
    [InlineData("= 100% over 1h30m", "= 100% good over 1h30m")]
    [InlineData("> 99% over 1d", "> 99% good over 1d")]
    [InlineData("p99.9 <= 0.25 s over 30d", ">= 99.9% <= 0.25s over 30d")]
    [InlineData("< 1% > 2s over 1d", "< 1% > 2s over 1d")]
    [InlineData("99%>-3over 1d", ">= 99% > -3 over 1d")]
    [InlineData("checkout: p95<1s over 1d", "checkout: >= 95% < 1s over 1d")]
    [InlineData("99% of 5m slices with 95% < 1s over 30d", ">= 99% of 5m slices with >= 95% < 1s over 30d")]
    [InlineData("99.5% of 1m slices with p99 < 250ms over 30d", ">= 99.5% of 1m slices with >= 99% < 250ms over 30d")]
    [InlineData("99% of 1m slices with 0.9 good over 30d", ">= 99% of 1m slices with >= 90% over 30d")]
    public void Parse_Text_SaysTheSameAgain(string text, string canonical)
    {
        ServiceLevelObjective objective = ServiceLevelObjective.Parse(text);

        objective.ToString().Should().Be(canonical);
        ServiceLevelObjective.Parse(canonical).Should().Be(objective);
    }

    [Theory]
    [InlineData("", 1, "", "a share")]
    [InlineData("over 30d", 1, "over", "a share")]
    [InlineData("99.9", 1, "99.9", "'%' is missing")]
    [InlineData("101% over 30d", 1, "101%", "a share")]
    [InlineData("99.9%", 6, "", "a condition")]
    [InlineData("99.9% < over 30d", 9, "over", "a threshold")]
    [InlineData("99.9% < 250ms", 14, "", "'over' and a period")]
    [InlineData("99.9% < 250ms within 30d", 15, "within", "'over' and a period")]
    [InlineData("99.9% < 250ms over 30", 20, "30", "a period")]
    [InlineData("99.9% < 250ms over 400d", 20, "400d", "a period")]
    [InlineData("99.9% < 250ms over 30d please", 24, "please", "the end")]
    [InlineData("<= 1% good over 30d", 7, "good", "'bad'")]
    [InlineData("99% bad over 30d", 5, "bad", "'good'")]
    [InlineData("99% of slices with 9% over 1d", 8, "slices", "the length of a slice")]
    [InlineData("99% of 5m with 9% over 1d", 11, "with", "'slices'")]
    [InlineData("99% of 2d slices with 9% over 1d", 33, "", "a period longer than its slices")]
    [InlineData(": 99% over 30d", 1, ":", "a name")]
    [InlineData("99.9999999999999% over 30d", 1, "99.9999999999999%", "at most 12 decimal places")]
    public void Parse_NoObjective_SaysWhereAndWhatWasExpected(string text, int column, string found, string expected)
    {
        FluentActions.Invoking(() => ServiceLevelObjective.Parse(text)).Should().Throw<InputValidationException>()
            .Where(error => error.Location == $"column {column}" && error.Value == found && error.Expected!.Contains(expected, StringComparison.Ordinal));
        ServiceLevelObjective.TryParse(text, out ServiceLevelObjective? none, out ObjectiveError? error).Should().BeFalse();
        none.Should().BeNull();
        error!.Column.Should().Be(column);
    }

    [Fact]
    public void TryParse_AnyText_NeverThrows()
    {
        // Words of the grammar in any order, and broken numbers, reach further into the parser than random letters do.
        string[] words = ["99.9", "%", "p99", "<", ">=", "≥", "=", "250ms", "-1", "over", "30d", "of", "5m", "slices", "with", "good", "bad", "name:", " ", ".", "1e9", "0.0000000000001", "99999999999999999999999999999", "\0", "d", "é"];
        Gen<string> texts = Gen.OneOf(
            ArbMap.Default.GeneratorFor<string>().Select(text => text ?? string.Empty),
            Gen.Elements(words).ListOf().Select(parts => string.Join(string.Empty, parts)),
            Gen.Elements(words).ListOf().Select(parts => string.Join(' ', parts)));

        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            bool parsed = ServiceLevelObjective.TryParse(text, out ServiceLevelObjective? objective, out ObjectiveError? error);
            return parsed
                ? ServiceLevelObjective.Parse(objective!.ToString()) == objective
                : error!.Column >= 1 && error.Column <= text.Length + 1 && error.Expected.Length > 0;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(5_000).WithReplay(20_260_101UL, 1UL));
    }

    [Theory]
    [InlineData(">= 99% over 1d", 1, 100, true)]
    [InlineData("> 99% over 1d", 1, 100, false)]
    [InlineData("> 99% over 1d", 1, 101, true)]
    [InlineData("= 100% over 1d", 0, 100, true)]
    [InlineData("= 100% over 1d", 1, 100, false)]
    [InlineData("= 99% over 1d", 0, 100, false)]
    [InlineData("<= 1% bad over 1d", 1, 100, true)]
    [InlineData("< 1% bad over 1d", 1, 100, false)]
    [InlineData(">= 99% over 1d", 90_071_992_547_409_921, 9_007_199_254_740_992_001, false)]
    public void IsMet_AtTheBound_IsExact(string text, long bad, long total, bool met) => ServiceLevelObjective.Parse(text).IsMet(bad, total).Should().Be(met);

    [Fact]
    public void IsMet_NoEvents_IsUnknown() => ServiceLevelObjective.Parse("99% over 1d").IsMet(0, 0).Should().BeNull();
}
