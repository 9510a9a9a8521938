using Vouch.Statistics.Sampling;

namespace Vouch.Statistics.Tests.Sampling;

public class SamplingPlannerTests
{
    private static readonly SamplingGoal Usual = new() { AcceptableShare = 0.01, UnacceptableShare = 0.05, ProducerRisk = 0.05, ConsumerRisk = 0.1, CostPerCheck = 2 };

    [Theory]
    [InlineData(0.01, 0.05, 0.05, 0.1)]
    [InlineData(0.01, 0.08, 0.05, 0.05)]
    [InlineData(0.05, 0.2, 0.01, 0.01)]
    [InlineData(0, 0.1, 0.05, 0.05)]
    public void SmallestSingle_Stream_IsTheSmallestOfAllThatThereAre(double good, double bad, double producer, double consumer)
    {
        AcceptancePlan found = SamplingPlanner.SmallestSingle(new SamplingGoal { AcceptableShare = good, UnacceptableShare = bad, ProducerRisk = producer, ConsumerRisk = consumer })!.Value;

        // Brute force: sums of binomial terms for every pair.
        (int Size, int Number) smallest = Enumerable.Range(1, 500).SelectMany(size => Enumerable.Range(0, Math.Min(size, 30)).Select(number => (Size: size, Number: number)))
            .First(pair => Binomial(pair.Size, pair.Number, good) >= 1 - producer && Binomial(pair.Size, pair.Number, bad) <= consumer);
        found.SampleSize.Should().Be(smallest.Size);
        Binomial((int)found.SampleSize, (int)found.AcceptanceNumber, bad).Should().BeLessThanOrEqualTo(consumer);
        Binomial((int)found.SampleSize, (int)found.AcceptanceNumber, good).Should().BeGreaterThanOrEqualTo(1 - producer);
    }

    // The classic pair of 1 % and 5 %, for which nomograms give about 130 and 3; exact by brute force above.
    [Fact]
    public void SmallestSingle_TextbookPair_IsItsPlan() => SamplingPlanner.SmallestSingle(Usual).Should().Be(new AcceptancePlan(132, 3));

    [Fact]
    public void Find_Stream_KeepsBothRisksAndIsCheaperThanTheSingleSample()
    {
        SamplingPlan plan = SamplingPlanner.Find(Usual);

        plan.ProducerRisk.Should().BeLessThanOrEqualTo(0.05);
        plan.ConsumerRisk.Should().BeLessThanOrEqualTo(0.1);
        plan.Method.Should().Be(SamplingMethod.Sequential);
        plan.ExpectedCost.Should().Be(2 * plan.ExpectedChecks).And.BeLessThan(0.75 * 264);
        plan.LargestCost.Should().Be(2 * plan.SampleSize);
        plan.LargestExpectedChecks.Should().BeGreaterThanOrEqualTo(plan.ExpectedChecks).And.BeLessThanOrEqualTo(plan.SampleSize);
        plan.Alternatives.Select(other => other.Method).Should().Equal(SamplingMethod.Curtailed, SamplingMethod.OneSample);
        plan.Alternatives.Should().OnlyContain(other => other.ProducerRisk <= 0.05 && other.ConsumerRisk <= 0.1 && other.ExpectedChecks >= plan.ExpectedChecks);
        plan.Alternatives[0].ProducerRisk.Should().BeApproximately(plan.Alternatives[1].ProducerRisk, 1e-12, "ending early changes no decision");
    }

    [Theory]
    [InlineData(0.01, null)]
    [InlineData(0.05, null)]
    [InlineData(0.02, null)]
    [InlineData(0.05, 400L)]
    public void Evaluate_AnyQuality_IsWhatSimulatedInspectionsDo(double share, long? lotSize)
    {
        SamplingPlan plan = SamplingPlanner.Find(Usual with { LotSize = lotSize });
        foreach (SamplingPlan candidate in (SamplingPlan[])[plan, .. plan.Alternatives])
        {
            const int Runs = 20_000;
            var random = new Random(5);
            int accepted = 0;
            long checks = 0;
            for (int run = 0; run < Runs; run++)
            {
                SamplingInspection inspection = candidate.Begin();
                long left = lotSize ?? 0;
                double bad = share * left;
                while (inspection.Decision == SamplingDecision.Continue)
                {
                    bool isBad = random.NextDouble() < (lotSize is null ? share : bad / left);
                    bad -= isBad ? 1 : 0;
                    left--;
                    inspection.Add(isBad);
                }

                accepted += inspection.Decision == SamplingDecision.Accept ? 1 : 0;
                checks += inspection.Checks;
                inspection.Add(true).Should().Be(inspection.Decision);
            }

            SamplingBehaviour exact = candidate.Evaluate(share);
            double error = 5 * Math.Sqrt(0.25 / Runs);
            ((double)accepted / Runs).Should().BeApproximately(exact.ProbabilityOfAcceptance, error, candidate.Method.ToString());
            ((double)checks / Runs).Should().BeApproximately(exact.ExpectedChecks, 0.05 * exact.ExpectedChecks, candidate.Method.ToString());
            if (candidate.Method == SamplingMethod.OneSample)
            {
                exact.ExpectedChecks.Should().Be(candidate.SampleSize);
            }
        }
    }

    [Fact]
    public void Find_NoPromiseToTheProducer_IsTheDetectionSample()
    {
        // 299 items without a bad one: less than 1 % bad with 95 % confidence (Wilks).
        SamplingPlan plan = SamplingPlanner.Find(new SamplingGoal { UnacceptableShare = 0.01, ConsumerRisk = 0.05 });

        (plan.SampleSize, plan.AcceptanceNumber).Should().Be((299, 0));
        plan.ConsumerRisk.Should().BeApproximately(Math.Pow(0.99, 299), 1e-12);
        plan.ExpectedChecks.Should().BeApproximately(299, 1e-9, "a lot without bad items needs the whole sample");
        plan.Begin().Add(true).Should().Be(SamplingDecision.Reject);

        SamplingPlan lot = SamplingPlanner.Find(new SamplingGoal { UnacceptableShare = 0.01, ConsumerRisk = 0.05, LotSize = 1000 });
        lot.SampleSize.Should().Be(DetectionSize.Find(1000, 10, 0.95).Sample);
    }

    [Fact]
    public void Find_MostLotsExpectedBad_CountsTheChecksThere()
    {
        SamplingPlan good = SamplingPlanner.Find(Usual);
        SamplingPlan bad = SamplingPlanner.Find(Usual with { ExpectedShare = 0.2 });

        bad.ExpectedChecks.Should().Be(bad.Evaluate(0.2).ExpectedChecks).And.BeLessThan(good.ExpectedChecks);
        bad.ExpectedChecks.Should().BeLessThanOrEqualTo(good.Evaluate(0.2).ExpectedChecks);
    }

    [Fact]
    public void Find_SmallLot_IsCheckedNearlyWholeRatherThanRefused()
    {
        SamplingPlan plan = SamplingPlanner.Find(new SamplingGoal { AcceptableShare = 0.1, UnacceptableShare = 0.2, ProducerRisk = 1e-6, ConsumerRisk = 1e-6, LotSize = 20 });

        // One item may stay unseen: of 4 bad ones at least 3 are found, of 2 at most 2.
        (plan.SampleSize, plan.AcceptanceNumber).Should().Be((19, 2));
        (plan.ProducerRisk, plan.ConsumerRisk).Should().Be((0, 0));
    }

    [Fact]
    public void Find_ChecksSideBySide_IsOneSample()
    {
        SamplingPlan plan = SamplingPlanner.Find(Usual with { OneByOne = false });

        (plan.Method, plan.SampleSize, plan.Alternatives.Count).Should().Be((SamplingMethod.OneSample, 132, 0));
    }

    [Fact]
    public void TryFind_NothingKeepsThePromises_SaysWhy()
    {
        SamplingPlanner.TryFind(Usual with { LargestSample = 100 }, out SamplingPlan? plan, out string? reason).Should().BeFalse();
        plan.Should().BeNull();
        reason.Should().Contain("No sample of up to 100");

        SamplingPlanner.TryFind(Usual with { LotSize = 10 }, out _, out string? onePiece).Should().BeTrue();
        onePiece.Should().BeNull();
        SamplingPlanner.TryFind(Usual with { AcceptableShare = 0.05, UnacceptableShare = 0.05000000001, LotSize = 20 }, out _, out string? same).Should().BeFalse();
        same.Should().Contain("same number of items");
        FluentActions.Invoking(() => SamplingPlanner.Find(Usual with { LargestSample = 100 })).Should().Throw<InvalidOperationException>();
    }

    [Fact]
    public void Find_BadGoal_Throws()
    {
        SamplingGoal[] bad =
        [
            Usual with { UnacceptableShare = double.NaN }, Usual with { AcceptableShare = 0.05 }, Usual with { AcceptableShare = -0.1 }, Usual with { ProducerRisk = 0.95 },
            Usual with { ConsumerRisk = 0 }, Usual with { CostPerCheck = double.PositiveInfinity }, Usual with { LotSize = 0 }, Usual with { LargestSample = 0 }, Usual with { ExpectedShare = 2 },
        ];

        bad.Should().AllSatisfy(goal => FluentActions.Invoking(() => SamplingPlanner.Find(goal)).Should().Throw<ArgumentOutOfRangeException>());
        FluentActions.Invoking(() => SamplingPlanner.Find(null!)).Should().Throw<ArgumentNullException>();
    }

    private static double Binomial(int size, int number, double share)
    {
        double term = Math.Pow(1 - share, size);
        double sum = 0;
        for (int k = 0; k <= number; k++)
        {
            sum += term;
            term *= (double)(size - k) / (k + 1) * share / (1 - share);
        }

        return sum;
    }
}
