using Vouch.Statistics.Intervals;
using Vouch.Statistics.Location;
using Vouch.Statistics.Sampling;
using Vouch.Statistics.Sequential;

namespace PackageExamples;

public static class StatisticsExample
{
    public static void Run()
    {
        #region readme
        // Five workers answer; the two that lie carry less than half of the weight.
        double agreed = WeightedMedian.Lower([10.1, 9.9, 10.0, 1e6, 1e6], [3, 2, 2, 1, 1]);

        // 300 checks found 2 errors: with 99 % confidence the error rate is at most ...
        double worst = BinomialInterval.ClopperPearsonUpper(successes: 2, trials: 300, confidence: 0.99);

        // How many of 1,000 tiles to check to find, with 99 % chance, at least one of 50 bad ones?
        DetectionPlan plan = DetectionSize.Find(population: 1000, bad: 50, target: 0.99);

        // Watch a worker and stop as soon as the evidence carries a decision: 1 % errors are fine, 10 % are not.
        var test = new SequentialProbabilityRatioTest(nullProbability: 0.01, alternativeProbability: 0.1, alpha: 0.01, beta: 0.01);
        SequentialDecision decision = test.Add(isEvent: true);

        Console.WriteLine($"{agreed}, {worst:P2}, {plan.Sample} tiles, {decision}");
        #endregion

        Plan();
    }

    private static void Plan()
    {
        #region planner
        // Lots with 1 % bad items should pass with 95 %, lots with 5 % with at most 10 %. A check costs 0.02. What is cheapest, and what does it cost?
        SamplingPlan cheapest = SamplingPlanner.Find(new SamplingGoal
        {
            AcceptableShare = 0.01,
            UnacceptableShare = 0.05,
            ProducerRisk = 0.05,
            ConsumerRisk = 0.1,
            CostPerCheck = 0.02,
        });

        Console.WriteLine($"{cheapest.Method}: {cheapest.ExpectedCost:F2} expected, {cheapest.LargestCost:F2} at most, wrong acceptance {cheapest.ConsumerRisk:P2}");
        SamplingInspection inspection = cheapest.Begin();
        while (inspection.Add(isBad: false) == SamplingDecision.Continue)
        {
            // your next check goes here
        }
        #endregion
    }
}
