using Vouch.Core.Exceptions;
using Vouch.Optimizer.Guarantees;

namespace Vouch.Optimizer.Tests.Guarantees;

public sealed class GuaranteeCalibratorTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Calibrate_PoliciesThatJustBreakIt_AreRarelyCertified()
    {
        // The best endpoint is right in 80 %; candidates keep 94.9 % of that, promised are 95 %.
        const int Runs = 1_000;
        int certified = 0;
        for (int run = 0; run < Runs; run++)
        {
            var random = new Random(run);
            CandidatePolicy[] endpoints = [Draw("best", 250, 0.8, 1, random), Draw("cheap", 250, 0.6, 0.1, random)];
            CandidatePolicy[] candidates = [.. Enumerable.Range(0, 5).Select(i => Draw($"p{i}", 250, 0.8 * 0.949, 0.5 - (0.05 * i), random))];
            certified += new GuaranteeCalibrator().Calibrate(QualityGuarantee.RelativeToBest(0.95), endpoints, candidates, "m", Now).IsInsufficient ? 0 : 1;
        }

        certified.Should().BeLessThan((int)(Runs * 0.05) + 28);
    }

    [Fact]
    public void Calibrate_GoodAndBadCandidates_CertifiesTheCheapestGoodOneBeforeTheFirstFailure()
    {
        var random = new Random(1);
        CandidatePolicy[] endpoints = [Draw("best", 800, 0.8, 1, random), Draw("cheap", 800, 0.5, 0.1, random)];
        CandidatePolicy[] candidates =
        [
            Draw("sure", 800, 0.85, 0.9, random), Draw("good", 800, 0.84, 0.4, random), Draw("dearer", 800, 0.86, 0.6, random),
            Draw("bad", 800, 0.6, 0.2, random), Draw("never tested", 800, 0.9, 0.05, random),
        ];

        CalibrationArtefact artefact = new GuaranteeCalibrator().Calibrate(QualityGuarantee.RelativeToBest(0.95), endpoints, candidates, "sha256:m", Now);

        artefact.CertifiedPolicy.Should().Be("good");
        artefact.Tests.Select(test => (test.Name, test.Certified)).Should().Equal(("sure", true), ("good", true), ("dearer", true), ("bad", false));
        artefact.Tests[0].Margin.Lower.Should().BePositive();
        artefact.Tests[0].PValue.Should().BeLessThanOrEqualTo(0.05 + 1e-9);
        artefact.Tests[3].Margin.Lower.Should().BeNegative();
        artefact.SafeEndpoint.Should().Be("best");
        artefact.SampleSize.Should().Be(800);
        artefact.PromisedQuality.Should().BeApproximately(0.95 * endpoints[0].Scores.Average(), 1e-12);
    }

    [Fact]
    public void Calibrate_FewQueriesOrNoCandidates_IsInsufficientAndSafe()
    {
        var random = new Random(2);
        CandidatePolicy[] endpoints = [Draw("best", 10, 1, 1, random)];

        CalibrationArtefact few = new GuaranteeCalibrator().Calibrate(QualityGuarantee.Absolute(0.5), endpoints, [Draw("p", 10, 1, 0.1, random)], "m", Now);

        few.IsInsufficient.Should().BeTrue();
        few.Tests.Should().BeEmpty();
        few.Review("Ada", Now).Activate("m").Serving.Should().Be("best");
    }

    [Fact]
    public void Calibrate_AbsolutePromise_HoldsAgainstTheLevel()
    {
        var random = new Random(3);
        CandidatePolicy[] endpoints = [Draw("best", 500, 0.9, 1, random)];
        CandidatePolicy[] candidates = [Draw("p", 500, 0.8, 0.1, random)];

        new GuaranteeCalibrator().Calibrate(QualityGuarantee.Absolute(0.7), endpoints, candidates, "m", Now).CertifiedPolicy.Should().Be("p");
        new GuaranteeCalibrator().Calibrate(QualityGuarantee.Absolute(0.82), endpoints, candidates, "m", Now).IsInsufficient.Should().BeTrue();
    }

    [Fact]
    public void Artefact_Life_GoesFromDraftOverReviewToActive()
    {
        CalibrationArtefact draft = Certified();

        draft.State.Should().Be(ArtefactState.Draft);
        draft.Serving.Should().Be("best");
        FluentActions.Invoking(() => draft.Activate("m")).Should().Throw<InvalidOperationException>();
        CalibrationArtefact observed = draft.Review("Ada", Now);
        observed.Serving.Should().Be("best", "it is only observed yet");
        FluentActions.Invoking(() => observed.Review("Bob", Now)).Should().Throw<InvalidOperationException>();
        FluentActions.Invoking(() => observed.Activate("another")).Should().Throw<PolicyMismatchException>().Which.ExpectedDigest.Should().Be("m");
        observed.Activate("m").Serving.Should().Be("p");
    }

    [Fact]
    public void Json_RoundTrip_KeepsEverything()
    {
        CalibrationArtefact artefact = Certified().Review("Ada", Now.AddDays(1));

        CalibrationArtefact read = CalibrationArtefact.FromJson(artefact.ToJson());

        read.Should().BeEquivalentTo(artefact);
        read.ToJson().Should().Be(artefact.ToJson());
    }

    [Fact]
    public void FromJson_ForgedOrBroken_IsRefused()
    {
        string json = Certified().ToJson();

        foreach (string bad in (string[])["", "null", "{}", "[]", "7", json[..^5], json.Replace("\"version\": 1", "\"version\": 2"), json.Replace("\"certifiedPolicy\": \"p\"", "\"certifiedPolicy\": \"other\"")])
        {
            FluentActions.Invoking(() => CalibrationArtefact.FromJson(bad)).Should().Throw<InputValidationException>(bad);
        }
    }

    [Fact]
    public void Order_EarlierSample_PutsTheSurestFirstAndDropsTheDominated()
    {
        var random = new Random(4);
        CandidatePolicy[] endpoints = [Draw("best", 2_000, 0.8, 1, random)];
        CandidatePolicy[] candidates = [Draw("cheap, poor", 2_000, 0.5, 0.1, random), Draw("sure", 2_000, 0.95, 0.8, random), Draw("dominated", 2_000, 0.7, 0.9, random), Draw("fair", 2_000, 0.8, 0.4, random)];

        CandidateSequence.Order(QualityGuarantee.RelativeToBest(0.95), endpoints, candidates).Should().Equal(1, 3, 0);
    }

    private static CalibrationArtefact Certified()
    {
        var random = new Random(5);
        return new GuaranteeCalibrator().Calibrate(
            QualityGuarantee.Absolute(0.7), [Draw("best", 400, 0.9, 1, random)], [Draw("p", 400, 0.85, 0.1, random)], "m", Now);
    }

    private static CandidatePolicy Draw(string name, int count, double chance, double cost, Random random) =>
        new(name, [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() < chance ? 1.0 : 0.0)], [.. Enumerable.Repeat(cost, count)]);
}
