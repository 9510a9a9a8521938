using System.Text.Json;
using Vouch.Statistics.Location;
using Vouch.TestData;
using Vouch.TrustEngine.Aggregators;

namespace Vouch.TrustEngine.Tests.Aggregators;

public class RobustAggregatorsTests
{
    private const double Tolerance = 1e-9;

    // 24 cases on vectors of public tables under six attacks; results of ByzFL (69bd1ac) and of Weiszfeld's steps to 1e-14.
    [Fact]
    public void EveryMethod_PublishedVectors_GiveThePublishedResults()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("trust/aggregators/vectors.json")));
        int compared = 0;
        foreach (JsonElement vector in cases.RootElement.EnumerateArray())
        {
            int d = vector.GetProperty("d").GetInt32(), f = vector.GetProperty("f").GetInt32();
            double[] rows = Numbers(vector.GetProperty("vectors")), weights = Numbers(vector.GetProperty("weights"));
            var actual = new Dictionary<string, Func<double[]>>
            {
                ["average"] = () => RobustAggregators.Mean(rows, d),
                ["median"] = () => RobustAggregators.CoordinateMedian(rows, d),
                ["trimmed_mean_f"] = () => RobustAggregators.TrimmedMean(rows, d, f),
                ["geometric_median_byzfl"] = () => RobustAggregators.GeometricMedian(rows, d),
                ["geometric_median"] = () => RobustAggregators.GeometricMedian(rows, d),
                ["weighted_geometric_median"] = () => RobustAggregators.GeometricMedian(rows, d, weights),
                ["krum_f"] = () => RobustAggregators.Krum(rows, d, f),
                ["multi_krum_f"] = () => RobustAggregators.MultiKrum(rows, d, f),
                ["meamed_f"] = () => RobustAggregators.MeanAroundMedian(rows, d, f),
                ["mda_f"] = () => RobustAggregators.MinimumDiameterAveraging(rows, d, f),
                ["monna_f_idx0"] = () => RobustAggregators.NearestToTrusted(rows, d, f, 0),
                ["centered_clipping_tau10_L1_m0"] = () => RobustAggregators.CenteredClipping(rows, d, 10),
                ["centered_clipping_tau3_L5_m0"] = () => RobustAggregators.CenteredClipping(rows, d, 3, 5),
                ["nnm_f"] = () => RobustAggregators.MixNearest(rows, d, f),
                ["arc_f"] = () => RobustAggregators.ClipAdaptively(rows, d, f),
                ["clipping_c2"] = () => RobustAggregators.Clip(rows, d, 2),
                ["weighted_median_lower"] = () => [.. Enumerable.Range(0, d).Select(j => WeightedMedian.Lower([.. rows.Where((_, i) => i % d == j)], weights))],
            };
            foreach (JsonProperty expected in vector.GetProperty("results").EnumerateObject().Where(result => result.Name[0] != '_' && result.Value.ValueKind != JsonValueKind.Null))
            {
                double[] result = actual[expected.Name]();

                double[] wanted = Numbers(expected.Value);
                result.Should().HaveSameCount(wanted);
                for (int j = 0; j < wanted.Length; j++)
                {
                    result[j].Should().BeApproximately(wanted[j], Tolerance * Math.Max(1, Math.Abs(wanted[j])), "{0} of {1} under {2}", expected.Name, vector.GetProperty("source"), vector.GetProperty("attack"));
                }

                compared++;
            }
        }

        compared.Should().Be((12 * 17) + (12 * 16));
    }

    // The subtensor suite takes the first value whose cumulated weight exceeds 1 - majority. Its empty case has the answer 0; here a median of nothing is refused.
    [Fact]
    public void WeightedQuantile_SubtensorCases_GiveThePublishedResults()
    {
        using JsonDocument cases = JsonDocument.Parse(File.ReadAllBytes(SharedData.Require("trust/aggregators/weighted_median_cases.json")));
        foreach (JsonElement one in cases.RootElement.EnumerateArray().Where(one => one.GetProperty("values").GetArrayLength() > 0))
        {
            double[] values = Numbers(one.GetProperty("values")), weights = Numbers(one.GetProperty("weights"));

            double result = WeightedQuantile.Upper(values, weights, 1 - one.GetProperty("majority").GetDouble());

            result.Should().Be(one.GetProperty("expected").GetDouble());
        }
    }

    [Fact]
    public void EveryMethod_FarLies_StaysWithTheHonest()
    {
        double[] rows = [1, 1, 1.1, 0.9, 0.9, 1.1, 1, 1.05, 1e300, -1e300];

        foreach (double[] result in new[]
        {
            RobustAggregators.CoordinateMedian(rows, 2),
            RobustAggregators.TrimmedMean(rows, 2, 1),
            RobustAggregators.MeanAroundMedian(rows, 2, 1),
            RobustAggregators.Krum(rows, 2, 1),
            RobustAggregators.MultiKrum(rows, 2, 1),
            RobustAggregators.MinimumDiameterAveraging(rows, 2, 1),
            RobustAggregators.NearestToTrusted(rows, 2, 1, 0),
        })
        {
            result.Should().OnlyContain(value => value > 0.8 && value < 1.2);
        }
    }

    [Fact]
    public void GeometricMedian_MostWeightOnOneVector_IsThatVector() =>
        RobustAggregators.GeometricMedian([0, 0, 5, 5, 9, 1], 2, [3, 1, 1]).Should().OnlyContain(coordinate => Math.Abs(coordinate) < 1e-12);

    [Fact]
    public void GeometricMedian_NotANumber_SaysWhere() =>
        FluentActions.Invoking(() => RobustAggregators.GeometricMedian([0, 1, 2, double.NaN], 2)).Should().Throw<ArgumentException>().WithMessage("Coordinate 1 of vector 1 is NaN*");

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Krum_NoHonestMajority_Throws(int faulty) =>
        FluentActions.Invoking(() => RobustAggregators.Krum([1, 2, 3, 4], 1, faulty)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName(nameof(faulty));

    [Fact]
    public void MinimumDiameterAveraging_TooManySubsets_Throws() =>
        FluentActions.Invoking(() => RobustAggregators.MinimumDiameterAveraging(new double[60], 1, 25)).Should().Throw<ArgumentOutOfRangeException>().WithMessage("*subsets*");

    private static double[] Numbers(JsonElement array) =>
        [.. array.EnumerateArray().SelectMany(element => element.ValueKind == JsonValueKind.Array ? Numbers(element) : [element.GetDouble()])];
}
