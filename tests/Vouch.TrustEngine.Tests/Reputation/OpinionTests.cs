using System.Text.Json;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Tests.Reputation;

public sealed class OpinionTests
{
    [Fact]
    public void FromEvidence_PublishedVectors_Equal()
    {
        using JsonDocument vectors = ReputationLedgerTests.Vectors();
        foreach (JsonElement vector in vectors.RootElement.GetProperty("beta").EnumerateArray())
        {
            Opinion opinion = Opinion.FromEvidence(
                vector.GetProperty("positive").GetDouble(), vector.GetProperty("negative").GetDouble(), vector.GetProperty("base_rate").GetDouble());

            opinion.Belief.Should().BeApproximately(vector.GetProperty("belief").GetDouble(), 1e-12);
            opinion.Disbelief.Should().BeApproximately(vector.GetProperty("disbelief").GetDouble(), 1e-12);
            opinion.Uncertainty.Should().BeApproximately(vector.GetProperty("uncertainty").GetDouble(), 1e-12);
            opinion.Projected.Should().BeApproximately(vector.GetProperty("projected").GetDouble(), 1e-12);
        }
    }

    [Fact]
    public void FuseAndDiscount_PublishedVectors_Equal()
    {
        using JsonDocument vectors = ReputationLedgerTests.Vectors();
        foreach (JsonElement vector in vectors.RootElement.GetProperty("subjective_logic").EnumerateArray())
        {
            Opinion a = Read(vector.GetProperty("a"));
            Opinion b = Read(vector.GetProperty("b"));

            BeEqual(a.Fuse(b), vector.GetProperty("cumulative_fusion"));
            BeEqual(b.Fuse(a), vector.GetProperty("cumulative_fusion"));
            BeEqual(b.DiscountBy(a), vector.GetProperty("trust_discount_uncertainty_favouring"));
        }
    }

    [Fact]
    public void Fuse_TwoDogmaticOpinions_CountEqually() => new Opinion(1, 0, 0).Fuse(new Opinion(0, 1, 0)).Belief.Should().Be(0.5);

    [Fact]
    public void Fuse_WithVacuous_ChangesNothing()
    {
        Opinion opinion = Opinion.FromEvidence(8, 2);

        opinion.Fuse(Opinion.Vacuous).Belief.Should().BeApproximately(opinion.Belief, 1e-15);
    }

    [Fact]
    public void FromEvidence_HugeCounts_StaysFinite() => Opinion.FromEvidence(double.MaxValue, double.MaxValue).Belief.Should().BeApproximately(0.5, 1e-15);

    [Fact]
    public void Constructor_BadValues_Throws()
    {
        Action[] acts =
        [
            () => _ = new Opinion(double.NaN, 0, 1),
            () => _ = new Opinion(0.5, 0.5, 0.5),
            () => _ = new Opinion(-0.1, 0.1, 1),
            () => _ = new Opinion(0, 0, 1, 2),
            () => _ = Opinion.FromEvidence(-1, 0),
            () => _ = Opinion.FromEvidence(0, double.PositiveInfinity),
        ];

        acts.Should().AllSatisfy(act => act.Should().Throw<ArgumentOutOfRangeException>());
    }

    private static Opinion Read(JsonElement triple) => new(triple[0].GetDouble(), triple[1].GetDouble(), triple[2].GetDouble());

    private static void BeEqual(Opinion actual, JsonElement triple)
    {
        actual.Belief.Should().BeApproximately(triple[0].GetDouble(), 1e-12);
        actual.Disbelief.Should().BeApproximately(triple[1].GetDouble(), 1e-12);
        actual.Uncertainty.Should().BeApproximately(triple[2].GetDouble(), 1e-12);
    }
}
