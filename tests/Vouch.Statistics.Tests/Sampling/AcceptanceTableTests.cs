using Vouch.Statistics.Sampling;

namespace Vouch.Statistics.Tests.Sampling;

/// <summary>ISO 2859-1:1999, tables 1, 2-A and 2-B; the whole of the normal table at level II is checked against the reference data.</summary>
public class AcceptanceTableTests
{
    [Theory]
    [InlineData(2, InspectionLevel.GeneralTwo, 'A')]
    [InlineData(1000, InspectionLevel.GeneralTwo, 'J')]
    [InlineData(1000, InspectionLevel.GeneralOne, 'G')]
    [InlineData(1000, InspectionLevel.GeneralThree, 'K')]
    [InlineData(1000, InspectionLevel.SpecialOne, 'C')]
    [InlineData(500_000, InspectionLevel.GeneralThree, 'Q')]
    [InlineData(500_001, InspectionLevel.GeneralThree, 'R')]
    [InlineData(long.MaxValue, InspectionLevel.SpecialFour, 'K')]
    public void CodeLetter_LotSizeAndLevel_AsTabulated(long lotSize, InspectionLevel level, char letter) => AcceptanceTable.CodeLetter(lotSize, level).Should().Be(letter);

    // Table 2-B: the column of 1.0 percent from its arrows to its last plan, and the corners.
    [Theory]
    [InlineData(500, 0.010, 2000, 0)]
    [InlineData(200, 1.0, 20, 0)]
    [InlineData(280, 1.0, 80, 1)]
    [InlineData(500, 1.0, 80, 1)]
    [InlineData(1200, 1.0, 80, 1)]
    [InlineData(3200, 1.0, 125, 2)]
    [InlineData(10_000, 1.0, 200, 3)]
    [InlineData(35_000, 1.0, 315, 5)]
    [InlineData(150_000, 1.0, 500, 8)]
    [InlineData(500_000, 1.0, 800, 12)]
    [InlineData(500_001, 1.0, 1250, 18)]
    [InlineData(500_001, 2.5, 500, 18)]
    [InlineData(500_001, 0.025, 3150, 1)]
    [InlineData(500_001, 0.015, 1250, 0)]
    [InlineData(5, 6.5, 3, 0)]
    public void Find_Tightened_AsTabulated(long lotSize, double limit, long sample, long number)
    {
        // 151 to 280 items are letter G, whose arrow leads to J; up to 150 are F.
        long size = lotSize == 200 ? 150 : lotSize;

        AcceptanceTable.Find(size, limit, InspectionSeverity.Tightened).Plan.Should().Be(new AcceptancePlan(sample, number));
    }

    // Letter R at 0.010 points up to Q; at 0.015 the arrow down would leave the table.
    [Theory]
    [InlineData(0.010, 'Q', 1250, 0)]
    [InlineData(0.015, 'P', 800, 0)]
    [InlineData(0.025, 'R', 2000, 1)]
    public void Find_LargestLetter_AsTabulated(double limit, char letter, long sample, long number)
    {
        TabulatedPlan found = AcceptanceTable.Find(1_000_000, limit, level: InspectionLevel.GeneralThree);

        (found.CodeLetter, found.PlanLetter, found.Plan).Should().Be(('R', letter, new AcceptancePlan(sample, number)));
    }

    [Fact]
    public void Find_SampleLargerThanTheLot_ChecksEverything()
    {
        TabulatedPlan found = AcceptanceTable.Find(50, 0.15);

        (found.ChecksWholeLot, found.Checks, found.Plan.SampleSize).Should().Be((true, 50, 80));
        found.Plan.ProbabilityOfAcceptance(50, 1).Should().Be(0);
    }

    // What the standard is for: good lots pass nearly always, tightened inspection is never kinder than normal.
    [Fact]
    public void Find_EveryCell_KeepsTheOrderOfSeverities()
    {
        foreach (double limit in AcceptanceTable.QualityLimits)
        {
            foreach (long lotSize in (long[])[2, 9, 16, 26, 51, 91, 151, 281, 501, 1201, 3201, 10_001, 35_001, 150_001, 500_001])
            {
                AcceptancePlan normal = AcceptanceTable.Find(lotSize, limit).Plan;
                AcceptancePlan tightened = AcceptanceTable.Find(lotSize, limit, InspectionSeverity.Tightened).Plan;

                normal.ProbabilityOfAcceptance(limit / 100).Should().BeGreaterThan(0.87);
                tightened.ProbabilityOfAcceptance(limit / 100).Should().BeLessThan(normal.ProbabilityOfAcceptance(limit / 100));
            }
        }
    }

    [Fact]
    public void Find_OutsideTheTables_ThrowsWithWhatThereIs()
    {
        FluentActions.Invoking(() => AcceptanceTable.Find(100, 1.2)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*0.65, 1, 1.5*");
        FluentActions.Invoking(() => AcceptanceTable.Find(100, double.NaN)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => AcceptanceTable.Find(1, 1.0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("lotSize");
        FluentActions.Invoking(() => AcceptanceTable.Find(100, 1.0, (InspectionSeverity)7)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => AcceptanceTable.CodeLetter(100, (InspectionLevel)(-1))).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Record_SwitchingRules_AsInTheStandard()
    {
        var switching = new InspectionSwitching();
        switching.Severity.Should().Be(InspectionSeverity.Normal);

        // 2 of 6 lots with 5 between them are not 2 of 5.
        Record(switching, "rAAAAr").Should().Be(InspectionSeverity.Normal);
        Record(switching, "AAA").Should().Be(InspectionSeverity.Normal);
        Record(switching, "r").Should().Be(InspectionSeverity.Tightened);
        Record(switching, "AAAArAAAA").Should().Be(InspectionSeverity.Tightened);
        Record(switching, "A").Should().Be(InspectionSeverity.Normal);

        // Normal inspection starts afresh.
        Record(switching, "r").Should().Be(InspectionSeverity.Normal);
        Record(switching, "r").Should().Be(InspectionSeverity.Tightened);
        Record(switching, "rArArAr");
        switching.IsDiscontinued.Should().BeFalse();
        Record(switching, "r");
        switching.IsDiscontinued.Should().BeTrue();
        FluentActions.Invoking(() => switching.Record(true)).Should().Throw<InvalidOperationException>();

        switching.Resume();
        switching.Severity.Should().Be(InspectionSeverity.Tightened);
        Record(switching, "AAAAA").Should().Be(InspectionSeverity.Normal);
        FluentActions.Invoking(switching.Resume).Should().Throw<InvalidOperationException>();
    }

    private static InspectionSeverity Record(InspectionSwitching switching, string lots)
    {
        foreach (char lot in lots)
        {
            switching.Record(lot == 'A');
        }

        return switching.Severity;
    }
}
