using Vouch.Evaluation.Trust;
using Vouch.TestData;

namespace Vouch.Statistics.Tests.Reference;

/// <summary>Every figure of the reference tables (scipy 1.10, statsmodels 0.13; exact dynamic programming for the sequential test).</summary>
public class ReferenceTableTests
{
    [Theory]
    [InlineData("quantiles.csv", 143)]
    [InlineData("binomial_intervals.csv", 144 * 9)]
    [InlineData("cochran.csv", 300 * 4)]
    [InlineData("detection_hypergeometric.csv", 72 * 3)]
    [InlineData("spotcheck_sarmenta.csv", 6 * 2)]
    [InlineData("spotcheck_survival.csv", 45 * 2)]
    [InlineData("sprt.csv", 28 * 7)]
    [InlineData("confidence_sequence_beta_binomial.csv", 65 * 4)]
    [InlineData("iso2859_single_normal_II.csv", 113 * 12)]
    public void Check_ReferenceTable_AgreesInEveryFigure(string file, int figures)
    {
        string folder = SharedData.Require("trust/sampling");

        SamplingCheck[] checks = [.. SamplingReference.Check(folder, file)];

        checks.Should().HaveCountGreaterThanOrEqualTo(figures);
        checks.Where(check => !check.Ok).Should().BeEmpty();
    }
}
