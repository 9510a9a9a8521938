using FsCheck;
using FsCheck.Fluent;
using Vouch.Observability.Slo;

namespace Vouch.Observability.Tests.Slo;

public sealed class ExhaustionForecastTests
{
    private static readonly ServiceLevelObjective Objective = ServiceLevelObjective.Parse("99.9% over 30d");

    // At five times the pace 30 days of budget last six: half of it three.
    [Fact]
    public void Exhaustion_SteadyPace_IsTheRestOfTheBudgetAtThatPace()
    {
        SloStatus status = Run(3 * 1440, _ => (1_000, 5));

        status.Exhaustion.Answer.Should().Be(ExhaustionAnswer.WillBeSpent);
        status.Exhaustion.Hours!.Estimate.Should().BeApproximately(72, 0.5);
        status.Exhaustion.Hours.Contains(72).Should().BeTrue();
    }

    [Fact]
    public void Exhaustion_PaceThatBeganLately_IsNotDilutedByTheQuietTimeBefore()
    {
        // Ten hours in which 0.3 of the budget's pace burnt, then fifty times the pace: half of the budget is spent in 7.2 hours.
        SloStatus status = Run(600 + 432, minute => (1_000, minute < 600 ? minute % 3 == 0 ? 1 : 0 : 50));

        double remaining = status.Budget.RemainingOfPeriod * 720 / 50;
        status.Exhaustion.Hours!.Contains(remaining).Should().BeTrue();
        status.Exhaustion.Hours.Estimate.Should().BeApproximately(remaining, 0.02 * remaining);
    }

    // Wherever the change lies within the doubling look back; at half of the budget it has lasted about as long as it will.
    [Theory]
    [InlineData(60)]
    [InlineData(100)]
    [InlineData(200)]
    [InlineData(300)]
    [InlineData(500)]
    public void Exhaustion_HalfIsSpentByAPaceOfLate_IsReadFromItsBeginningOn(int minutes)
    {
        int pace = 21_600 / minutes;
        SloStatus status = Run(600 + minutes, minute => (1_000, minute < 600 ? minute % 3 == 0 ? 1 : 0 : pace));

        double remaining = status.Budget.RemainingOfPeriod * 720 / pace;
        status.Exhaustion.Hours!.Contains(remaining).Should().BeTrue();
        status.Exhaustion.Hours.Estimate.Should().BeApproximately(remaining, 0.02 * remaining);
    }

    [Fact]
    public void Exhaustion_NothingBad_SaysThatTheEvidenceIsTooLittle() =>
        Run(100, _ => (1_000, 0)).Exhaustion.Should().Match<ExhaustionForecast>(forecast => forecast.Answer == ExhaustionAnswer.InsufficientEvidence && forecast.Hours == null);

    [Fact]
    public void Exhaustion_SlowerThanTheBudget_IsNotWithinThePeriod() =>
        Run(1440, minute => (1_000, minute % 5 == 0 ? 1 : 0)).Exhaustion.Answer.Should().Be(ExhaustionAnswer.NotWithinPeriod);

    [Fact]
    public void Exhaustion_Overspent_IsSpent() =>
        Run(1440, _ => (1_000, 500)).Exhaustion.Answer.Should().Be(ExhaustionAnswer.IsSpent);

    [Fact]
    public void Exhaustion_AnySlots_HasAnAnswerWithOrderedBounds()
    {
        Gen<(int Minutes, int Total, int Bad)> stretch =
            from minutes in Gen.Choose(1, 400)
            from total in Gen.Elements(0, 1, 7, 1_000, 2_000_000_000)
            from bad in Gen.Choose(0, Math.Max(0, Math.Min(total, 30)))
            select (minutes, total, bad);

        Prop.ForAll(stretch.NonEmptyListOf().ToArbitrary(), stretches =>
        {
            var replay = new SloReplay(Objective);
            foreach ((int minutes, int total, int bad) in stretches)
            {
                for (int i = 0; i < minutes; i++)
                {
                    replay.Close(total, bad);
                }
            }

            ExhaustionForecast forecast = replay.Status().Exhaustion;
            return (forecast.Hours is null) == (forecast.Answer != ExhaustionAnswer.WillBeSpent)
                && (forecast.Hours is not { } hours || (hours.Lower >= 0 && hours.Lower <= hours.Estimate && hours.Estimate <= hours.Upper && double.IsFinite(hours.Estimate)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(150).WithReplay(20_260_101UL, 1UL));
    }

    private static SloStatus Run(int minutes, Func<int, (long Total, long Bad)> process)
    {
        var replay = new SloReplay(Objective);
        for (int minute = 0; minute < minutes; minute++)
        {
            (long total, long bad) = process(minute);
            replay.Close(total, bad);
        }

        return replay.Status();
    }
}
