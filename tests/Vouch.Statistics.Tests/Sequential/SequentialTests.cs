using Vouch.Statistics.Intervals;
using Vouch.Statistics.Sequential;

namespace Vouch.Statistics.Tests.Sequential;

public class SequentialTests
{
    [Fact]
    public void Add_OnlyPasses_AcceptsAtWaldsCount()
    {
        // 31 passes: log(0.05 / 0.95) / log(0.9 / 0.99) = 30.9.
        var test = new SequentialProbabilityRatioTest(0.01, 0.1, 0.05, 0.05);
        for (int i = 1; i < 31; i++)
        {
            test.Add(false).Should().Be(SequentialDecision.Continue);
        }

        test.Add(false).Should().Be(SequentialDecision.AcceptNull);
        test.Add(true).Should().Be(SequentialDecision.AcceptNull);
        (test.Observations, test.Events).Should().Be((31, 0));
        test.Reset();
        (test.Observations, test.Decision).Should().Be((0, SequentialDecision.Continue));
    }

    [Fact]
    public void Add_OnlyEvents_Rejects()
    {
        var test = new SequentialProbabilityRatioTest(0.01, 0.1, 0.05, 0.05);
        test.Add(true).Should().Be(SequentialDecision.Continue);
        test.Add(true).Should().Be(SequentialDecision.RejectNull);
    }

    [Fact]
    public void Add_SymmetricTest_MeetsBoundariesExactly()
    {
        // One step is the whole way to a boundary, in either direction, though the logarithms differ in the last bit.
        var test = new SequentialProbabilityRatioTest(0.1, 0.9, 0.1, 0.1);
        test.Add(false).Should().Be(SequentialDecision.AcceptNull);
        test.Reset();
        test.Add(true).Should().Be(SequentialDecision.RejectNull);
    }

    [Fact]
    public void Evaluate_Simulation_Agrees()
    {
        const int runs = 20_000;
        var random = new Random(15);
        var test = new SequentialProbabilityRatioTest(0.05, 0.2, 0.05, 0.1);
        int rejected = 0;
        long length = 0;
        for (int run = 0; run < runs; run++)
        {
            test.Reset();
            while (test.Add(random.NextDouble() < 0.1) == SequentialDecision.Continue)
            {
            }

            rejected += test.Decision == SequentialDecision.RejectNull ? 1 : 0;
            length += test.Observations;
        }

        OperatingCharacteristic exact = test.Evaluate(0.1);

        ((double)rejected / runs).Should().BeApproximately(exact.ProbabilityReject, 5 * 0.5 / Math.Sqrt(runs));
        ((double)length / runs).Should().BeApproximately(exact.ExpectedLength, 5 * 30 / Math.Sqrt(runs));
    }

    [Fact]
    public void Evaluate_AnyProportion_IsAProbabilityAndKeepsWaldsBounds()
    {
        foreach ((double p0, double p1, double alpha, double beta) in new[] { (0.01, 0.05, 0.01, 0.02), (0.2, 0.7, 0.001, 0.1), (0.001, 0.9, 0.2, 0.2), (0.4, 0.5, 0.05, 0.05) })
        {
            var test = new SequentialProbabilityRatioTest(p0, p1, alpha, beta);
            double last = 1;
            foreach (double p in new[] { 0, p0 / 2, p0, (p0 + p1) / 2, p1, (1 + p1) / 2, 1 })
            {
                OperatingCharacteristic at = test.Evaluate(p);
                (at.ProbabilityAccept + at.ProbabilityReject + at.Undecided).Should().BeApproximately(1, 1e-12);
                at.ProbabilityAccept.Should().BeLessThanOrEqualTo(last + 1e-12);
                last = at.ProbabilityAccept;
            }

            OperatingCharacteristic good = test.Evaluate(p0);
            OperatingCharacteristic bad = test.Evaluate(p1);
            (good.ProbabilityReject + bad.ProbabilityAccept).Should().BeLessThanOrEqualTo(alpha + beta);
            good.ProbabilityReject.Should().BeLessThanOrEqualTo(alpha / (1 - beta));
            bad.ProbabilityAccept.Should().BeLessThanOrEqualTo(beta / (1 - alpha));
        }
    }

    [Fact]
    public void Evaluate_ShortHorizon_ReportsWhatIsUndecided()
    {
        OperatingCharacteristic cut = new SequentialProbabilityRatioTest(0.01, 0.02, 0.01, 0.01).Evaluate(0.01, 10);

        cut.Horizon.Should().Be(10);
        cut.Undecided.Should().BeGreaterThan(0.9);
        cut.ExpectedLength.Should().BeLessThanOrEqualTo(10);
    }

    [Fact]
    public void Constructors_BadArguments_Throw()
    {
        FluentActions.Invoking(() => new SequentialProbabilityRatioTest(0.1, 0.1, 0.05, 0.05)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("alternativeProbability");
        FluentActions.Invoking(() => new SequentialProbabilityRatioTest(0, 0.1, 0.05, 0.05)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("nullProbability");
        FluentActions.Invoking(() => new SequentialProbabilityRatioTest(0.1, 0.2, 0.5, 0.5)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("beta");
        FluentActions.Invoking(() => new SequentialProbabilityRatioTest(0.1, 0.2, double.NaN, 0.5)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("alpha");
        FluentActions.Invoking(() => new BetaBinomialEProcess(1.5)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("nullProbability");
        FluentActions.Invoking(() => BetaBinomialEProcess.ConfidenceSequence(3, 2, 0.05)).Should().Throw<ArgumentOutOfRangeException>();
        FluentActions.Invoking(() => BetaBinomialEProcess.ConfidenceSequence(1, 2, 0)).Should().Throw<ArgumentOutOfRangeException>().WithParameterName("alpha");
    }

    [Fact]
    public void EProcess_FirstObservations_AreTheClosedForms()
    {
        // B(3/2, 1/2) / B(1/2, 1/2) = 1/2 and B(3/2, 3/2) / B(1/2, 1/2) = 1/8.
        var process = new BetaBinomialEProcess(0.25);
        process.LogEValue.Should().Be(0);
        process.Add(true).Should().BeApproximately(Math.Log(0.5 / 0.25), 1e-14);
        process.Add(false).Should().BeApproximately(Math.Log(0.125 / (0.25 * 0.75)), 1e-14);
        process.AnytimePValue.Should().BeApproximately(0.5, 1e-14);
    }

    [Fact]
    public void EProcess_EveryLength_IsOneOnAverageUnderTheNull()
    {
        // The mean over all sequences of n observations under p0 is exactly 1: the defining property of an e-value.
        foreach (double p0 in new[] { 0.01, 0.3, 0.5, 0.99 })
        {
            for (int n = 1; n <= 60; n += 7)
            {
                double mean = 0;
                for (int k = 0; k <= n; k++)
                {
                    mean += Statistics.Distributions.BinomialDistribution.Probability(k, n, p0) * Math.Exp(BetaBinomialEProcess.LogEValueOf(k, n, p0));
                }

                mean.Should().BeApproximately(1, 1e-11);
            }
        }
    }

    [Fact]
    public void EProcess_TrueNull_IsRarelyEverRejected()
    {
        const int runs = 2000;
        var random = new Random(16);
        int rejected = 0;
        for (int run = 0; run < runs; run++)
        {
            var process = new BetaBinomialEProcess(0.1);
            for (int i = 0; i < 400; i++)
            {
                process.Add(random.NextDouble() < 0.1);
            }

            rejected += process.Rejects(0.05) ? 1 : 0;
        }

        rejected.Should().BeLessThan((int)(0.05 * runs));
    }

    [Fact]
    public void EProcess_Extremes_AreStated()
    {
        BetaBinomialEProcess.LogEValueOf(0, 0, 0.5).Should().Be(0);
        BetaBinomialEProcess.LogEValueOf(1, 5, 0).Should().Be(double.PositiveInfinity);
        BetaBinomialEProcess.LogEValueOf(0, 1, 0).Should().BeApproximately(Math.Log(0.5), 1e-14);
        BetaBinomialEProcess.LogEValueOf(5, 5, 1).Should().BeLessThan(0);
        new BetaBinomialEProcess(0).Rejects(0.01).Should().BeFalse();
        double.IsFinite(BetaBinomialEProcess.LogEValueOf(500_000_000_000_000, 1_000_000_000_000_000, 0.5)).Should().BeTrue();
    }

    [Fact]
    public void ConfidenceSequence_BothEnds_HaveTheEValueOfTheLevel()
    {
        var random = new Random(17);
        for (int round = 0; round < 2000; round++)
        {
            long trials = (long)Math.Pow(10, random.NextDouble() * 9) + 1;
            long successes = random.NextInt64(trials + 1);
            double alpha = Math.Pow(10, -random.NextDouble() * 10) / 2;

            Interval sequence = BetaBinomialEProcess.ConfidenceSequence(successes, trials, alpha);

            double level = -Math.Log(alpha);
            sequence.Contains((double)successes / trials).Should().BeTrue();
            if (successes > 0)
            {
                BetaBinomialEProcess.LogEValueOf(successes, trials, sequence.Lower).Should().BeApproximately(level, 1e-6);
            }

            if (successes < trials && sequence.Upper < 0.99)
            {
                BetaBinomialEProcess.LogEValueOf(successes, trials, sequence.Upper).Should().BeApproximately(level, 1e-6);
            }
        }
    }

    [Fact]
    public void ConfidenceSequence_NoData_IsEverything()
    {
        Interval sequence = new BetaBinomialEProcess(0.5).ConfidenceInterval(0.05);

        (sequence.Lower, sequence.Upper, sequence.SampleSize, sequence.Method).Should().Be((0, 1, 0L, IntervalMethod.BetaBinomialConfidenceSequence));
    }
}
