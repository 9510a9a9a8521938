using FsCheck;
using FsCheck.Fluent;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.Statistics.Distributions;
using Vouch.TrustEngine.Acceptance;

namespace Vouch.TrustEngine.Tests.Acceptance;

public sealed class AcceptancePolicyTests
{
    private static readonly AcceptanceCosts CheapChecks = new(Check: 0.05, Replica: 1);

    [Fact]
    public void Decide_Nothing_AsksForAResult()
    {
        AcceptanceDecision decision = new AcceptancePolicy().Decide([], 0.001, CheapChecks);

        decision.Action.Should().Be(AcceptanceAction.Replicate);
        decision.Group.Should().Be(AcceptanceDecision.NoGroup);
        decision.ErrorProbability.Should().Be(1);
    }

    [Fact]
    public void Decide_WithinBudget_AcceptsTheBestCheckedMember()
    {
        AcceptanceDecision decision = new AcceptancePolicy().Decide(
            [new(Worker(1), 0, 0.1), new(Worker(2), 0, 0.2, ChecksPassed: 5, DetectionPower: 0.9)], 0.001, CheapChecks);

        decision.Action.Should().Be(AcceptanceAction.Accept);
        decision.Worker.Should().Be(Worker(2));
        decision.ErrorProbability.Should().BeLessThanOrEqualTo(0.001);
        decision.ExpectedCost.Should().Be(0);
        decision.Reasons.Should().NotBeEmpty();
    }

    [Fact]
    public void Decide_ChecksCheap_Checks() =>
        new AcceptancePolicy().Decide([new(Worker(1), 0, 1.0 / 3, 0, 0.8, 0.01)], 0.01, CheapChecks)
            .Should().Match<AcceptanceDecision>(decision => decision.Action == AcceptanceAction.Check && decision.Worker == Worker(1));

    [Fact]
    public void Decide_ChecksDearerThanReplicas_Replicates() =>
        new AcceptancePolicy().Decide([new(Worker(1), 0, 0.1, 0, 0.5, 0.01)], 0.06, new AcceptanceCosts(Check: 5, Replica: 1))
            .Action.Should().Be(AcceptanceAction.Replicate);

    [Fact]
    public void Decide_ChecksNotToBeHad_Replicates() =>
        new AcceptancePolicy().Decide([new(Worker(1), 0, 0.1, 0, 0.9, 0.01)], 0.06, new AcceptanceCosts(double.PositiveInfinity, 1))
            .Action.Should().Be(AcceptanceAction.Replicate);

    [Fact]
    public void Decide_RefutedResult_StartsAfresh()
    {
        AcceptanceDecision decision = new AcceptancePolicy().Decide([new(Worker(1), 0, 0.1, 0, 0.9, 1e-6) { ChecksFailed = 1 }], 0.01, CheapChecks);

        decision.Action.Should().Be(AcceptanceAction.Replicate);
        decision.Group.Should().Be(AcceptanceDecision.NoGroup);
    }

    [Fact]
    public void Decide_NothingReachesTheBudget_GivesUp()
    {
        var policy = new AcceptancePolicy(new AcceptanceOptions { MaxReplicas = 2, MaxChecks = 2 });

        AcceptanceDecision decision = policy.Decide([new(Worker(1), 0, 0.4, 1, 0.1), new(Worker(2), 1, 0.4, 1, 0.1)], 1e-6, CheapChecks);

        decision.Action.Should().Be(AcceptanceAction.GiveUp);
        decision.Worker.Should().BeNull();
        decision.ExpectedCost.Should().Be(double.PositiveInfinity);
        decision.Reasons[0].Should().Contain("Insufficient evidence");
    }

    [Fact]
    public void Decide_AnyCandidates_NeverAcceptsAboveBudgetNorDependsOnOrder() =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            CandidateResult[] candidates = [.. Enumerable.Range(0, random.Next(0, 7)).Select(i => new CandidateResult(
                Worker(i), random.Next(3), random.NextDouble(), random.Next(4), random.NextDouble(), random.NextDouble() * 0.1)
            { ChecksFailed = random.Next(5) == 0 ? 1 : 0, Entity = random.Next(3) == 0 ? "e" : null })];
            double budget = Math.Pow(10, -1 - (4 * random.NextDouble()));
            var policy = new AcceptancePolicy();

            AcceptanceDecision decision = policy.Decide(candidates, budget, CheapChecks);
            CandidateResult[] shuffled = [.. candidates];
            random.Shuffle(shuffled);
            AcceptanceDecision again = policy.Decide(shuffled, budget, CheapChecks);

            again.Action.Should().Be(decision.Action);
            again.Worker.Should().Be(decision.Worker);
            if (decision.Action == AcceptanceAction.Accept)
            {
                decision.ErrorProbability.Should().BeLessThanOrEqualTo(budget);
                policy.Model.Evaluate(candidates).Single(group => group.Group == decision.Group).ErrorProbability.Should().BeLessThanOrEqualTo(budget);
                candidates.Single(candidate => candidate.Worker == decision.Worker).Group.Should().Be(decision.Group);
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_101UL, 1UL));

    // Populations: each worker errs with the stated chance, independently or as a ring that errs on the same units with the same answer.
    [Theory]
    [InlineData(1.0, 1.0 / 3, 0.01)]
    [InlineData(0.3, 1.0 / 3, 0.01)]
    [InlineData(0.15, 1.0 / 3, 0.001)]
    [InlineData(0.5, 0.2, 0.005)]
    public void Decide_SimulatedPopulation_KeepsTheErrorBudget(double activity, double ringShare, double budget)
    {
        const int Units = 20_000;
        const double Power = 0.7;
        const double Alarm = 0.02;
        var random = new Random(20_260_101);
        double prior = activity * ringShare;
        var policy = new AcceptancePolicy(new AcceptanceOptions { NewcomerError = prior, MaxReplicas = 9, MaxChecks = 30 });
        var decided = new Dictionary<string, AcceptanceDecision>();
        int accepted = 0;
        int acceptedWrong = 0;
        for (int unit = 0; unit < Units; unit++)
        {
            bool active = random.NextDouble() < activity;
            var candidates = new List<CandidateResult>();
            for (int step = 0; ; step++)
            {
                step.Should().BeLessThan(50, "the policy must end");

                // Workers come in order, so what came of each is all there is to a state.
                string state = string.Join(';', candidates.Select(candidate => $"{candidate.Group},{candidate.ChecksPassed},{candidate.ChecksFailed}"));
                if (!decided.TryGetValue(state, out AcceptanceDecision? decision))
                {
                    decided.Add(state, decision = policy.Decide(candidates, budget, CheapChecks));
                }

                if (decision.Action == AcceptanceAction.Replicate)
                {
                    bool wrong = active && random.NextDouble() < ringShare;
                    candidates.Add(new CandidateResult(Worker(candidates.Count), wrong ? 1 : 0, prior, 0, Power, Alarm));
                    continue;
                }

                if (decision.Action == AcceptanceAction.Check)
                {
                    int index = candidates.FindIndex(candidate => candidate.Worker == decision.Worker);
                    CandidateResult candidate = candidates[index];
                    bool fails = random.NextDouble() < (candidate.Group == 1 ? Power : Alarm);
                    candidates[index] = fails ? candidate with { ChecksFailed = candidate.ChecksFailed + 1 } : candidate with { ChecksPassed = candidate.ChecksPassed + 1 };
                    continue;
                }

                accepted += decision.Action == AcceptanceAction.Accept ? 1 : 0;
                acceptedWrong += decision.Action == AcceptanceAction.Accept && decision.Group == 1 ? 1 : 0;
                break;
            }
        }

        accepted.Should().BeGreaterThan(Units * 9 / 10);

        // Exact binomial test of "the rate is at most the budget", refused only below 1e-4.
        double asMany = acceptedWrong == 0 ? 1 : BetaDistribution.Cdf(budget, acceptedWrong, accepted - acceptedWrong + 1);
        asMany.Should().BeGreaterThan(1e-4, $"{acceptedWrong} of {accepted} accepted results were wrong");
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(1, 1, 1)]
    [InlineData(double.NaN, 1, 1)]
    [InlineData(0.1, 0, 1)]
    [InlineData(0.1, 1, double.NaN)]
    public void Decide_OutOfRange_Throws(double budget, double check, double replica)
    {
        Action act = () => new AcceptancePolicy().Decide([], budget, new AcceptanceCosts(check, replica));

        act.Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Constructor_OptionsThatCannotVerify_SaysWhatWould()
    {
        Action alone = () => _ = new AcceptancePolicy(new AcceptanceOptions { MaxReplicas = 1, MaxChecks = 0 });
        Action range = () => _ = new AcceptancePolicy(new AcceptanceOptions { NewcomerError = 1 });

        alone.Should().Throw<OptionsValidationException>().WithMessage("*at least 2 replicas or 1 check*");
        range.Should().Throw<OptionsValidationException>().WithMessage("*NewcomerError*");
    }

    private static WorkerId Worker(int number) => new($"w{number}");
}
