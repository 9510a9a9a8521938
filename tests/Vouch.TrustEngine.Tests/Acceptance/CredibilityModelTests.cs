using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Models;
using Vouch.TrustEngine.Acceptance;

namespace Vouch.TrustEngine.Tests.Acceptance;

public sealed class CredibilityModelTests
{
    [Fact]
    public void Evaluate_NoCandidates_NoGroups() => new CredibilityModel().Evaluate([]).Should().BeEmpty();

    [Fact]
    public void Evaluate_OneResultWithoutChecks_IsItsPrior()
    {
        GroupCredibility group = new CredibilityModel(0.25).Evaluate([new(Worker(1), 7, 0.2)]).Single();

        group.Group.Should().Be(7);
        group.Votes.Should().Be(1);
        group.ErrorProbability.Should().BeApproximately(0.2, 1e-15);
        group.Credibility.Should().BeApproximately(0.8, 1e-15);
    }

    // Sarmenta 2002, section 4.3: with workers of credibility 0.8, two that agree are wrong together with 0.2 * 0.2 against 0.8 * 0.8 right.
    [Fact]
    public void Evaluate_TwoAgree_IsSarmentasGroupCredibility()
    {
        GroupCredibility group = new CredibilityModel().Evaluate([new(Worker(1), 0, 0.2), new(Worker(2), 0, 0.2)]).Single();

        group.ErrorProbability.Should().BeApproximately(0.04 / (0.04 + 0.64), 1e-15);
    }

    // Two against one, by hand: P(pair right) : P(single right) : P(all wrong) = .8*.8*.2 : .2*.2*.8 : .2*.2*.2.
    [Fact]
    public void Evaluate_TwoAgainstOne_WeighsAllWorlds()
    {
        IReadOnlyList<GroupCredibility> groups = new CredibilityModel().Evaluate([new(Worker(1), 0, 0.2), new(Worker(2), 0, 0.2), new(Worker(3), 1, 0.2)]);

        double all = 0.128 + 0.032 + 0.008;
        groups[0].ErrorProbability.Should().BeApproximately((0.032 + 0.008) / all, 1e-15);
        groups[1].ErrorProbability.Should().BeApproximately((0.128 + 0.008) / all, 1e-15);
    }

    [Fact]
    public void Evaluate_PassedAndFailedChecks_FollowBayes()
    {
        var model = new CredibilityModel();
        CandidateResult plain = new(Worker(1), 0, 1.0 / 3, ChecksPassed: 2, DetectionPower: 0.7, FalseAlarmRate: 0.01);

        double passed = model.Evaluate([plain])[0].ErrorProbability;
        double failed = model.Evaluate([plain with { ChecksPassed = 0, ChecksFailed = 1 }])[0].ErrorProbability;

        double wrong = 1.0 / 3 * 0.3 * 0.3;
        double right = 2.0 / 3 * 0.99 * 0.99;
        passed.Should().BeApproximately(wrong / (wrong + right), 1e-15);

        // The power is at least 0.7 and may be 1: the failed check counts as if it were.
        failed.Should().BeApproximately(1.0 / 3 / ((1.0 / 3) + (2.0 / 3 * 0.01)), 1e-15);
    }

    [Fact]
    public void Evaluate_FailedCheckThatNeverErrs_IsCertainlyWrong() =>
        new CredibilityModel().Evaluate([new(Worker(1), 0, 0.01) { ChecksFailed = 1 }])[0].ErrorProbability.Should().Be(1);

    [Fact]
    public void Evaluate_CertainWorkersDisagree_NoWorldFitsAndNothingIsBelieved() =>
        new CredibilityModel().Evaluate([new(Worker(1), 0, 0), new(Worker(2), 1, 0)]).Should().OnlyContain(group => group.ErrorProbability == 1);

    [Fact]
    public void Evaluate_OneOperator_VotesOnce()
    {
        var model = new CredibilityModel(1.0 / 3);
        CandidateResult[] sybils = [.. Enumerable.Range(0, 10).Select(i => new CandidateResult(Worker(i), 0, 0.2) { Entity = "one" })];

        GroupCredibility group = model.Evaluate(sybils).Single();

        group.Votes.Should().Be(1);
        group.ErrorProbability.Should().BeApproximately(0.2, 1e-15);
    }

    // A ring of a third of the workers that errs on the same 15 % of units: each worker is wrong on 5 %, two at once on 0.15 / 9.
    [Fact]
    public void Evaluate_Ring_AgreementEarnsNoMoreThanTheRingsShare()
    {
        CandidateResult[] pair = [new(Worker(1), 0, 0.05), new(Worker(2), 0, 0.05)];

        double ring = new CredibilityModel(1.0 / 3).Evaluate(pair)[0].ErrorProbability;
        double independent = new CredibilityModel().Evaluate(pair)[0].ErrorProbability;

        double bothWrong = 0.15 / 9;
        double bothRight = (0.15 * 4 / 9) + 0.85;
        ring.Should().BeApproximately(bothWrong / (bothWrong + bothRight), 1e-14);
        independent.Should().BeApproximately(0.0025 / (0.0025 + 0.9025), 1e-15);
    }

    [Fact]
    public void Evaluate_AnySmallCase_EqualsTheSumOverAllWorlds()
    {
        var random = new Random(20_260_101);
        for (int run = 0; run < 2000; run++)
        {
            double share = random.Next(3) switch { 0 => 0, 1 => 1.0 / 3, _ => random.NextDouble() };
            CandidateResult[] candidates = RandomCandidates(random, random.Next(1, 6));

            IReadOnlyList<GroupCredibility> actual = new CredibilityModel(share).Evaluate(candidates);

            foreach (GroupCredibility group in actual)
            {
                double expected = candidates.Select(candidate => share == 0 ? 1 : Math.Min(1, candidate.PriorError / share)).Append(1).Distinct()
                    .Max(activity => SumOverWorlds(candidates, group.Group, activity, share));
                group.ErrorProbability.Should().BeApproximately(expected, 1e-12, $"in run {run}");
            }
        }
    }

    [Fact]
    public void Evaluate_Shuffled_SameAnswer() => Check(seed =>
    {
        var random = new Random(seed);
        CandidateResult[] candidates = RandomCandidates(random, random.Next(1, 9));
        CandidateResult[] shuffled = [.. candidates];
        random.Shuffle(shuffled);
        var model = new CredibilityModel(0.3);

        IEnumerable<double> first = model.Evaluate(candidates).Select(group => group.ErrorProbability);
        IEnumerable<double> second = model.Evaluate(shuffled).Select(group => group.ErrorProbability);

        first.Zip(second).Should().OnlyContain(pair => Math.Abs(pair.First - pair.Second) < 1e-12);
    });

    [Fact]
    public void Evaluate_OneMoreDissenter_NeverRaisesBelief() => Check(seed =>
    {
        var random = new Random(seed);
        CandidateResult[] candidates = [.. RandomCandidates(random, random.Next(1, 6)).Select(candidate => candidate with { Group = 0 })];
        var model = new CredibilityModel();

        double before = model.Evaluate(candidates)[0].ErrorProbability;
        double after = model.Evaluate([.. candidates, new(Worker(99), 1, random.NextDouble())])[0].ErrorProbability;

        after.Should().BeGreaterThanOrEqualTo(before - 1e-12);
    });

    [Fact]
    public void Evaluate_HundredsOfVotesAndTinyErrors_StaysAProbability()
    {
        CandidateResult[] candidates = [.. Enumerable.Range(0, 500).Select(i => new CandidateResult(Worker(i), i % 2, 1e-300))];

        new CredibilityModel(0.3).Evaluate(candidates).Should().OnlyContain(group => group.ErrorProbability >= 0 && group.ErrorProbability <= 1);
    }

    [Theory]
    [InlineData(double.NaN, 0, 0, 0)]
    [InlineData(-0.1, 0, 0, 0)]
    [InlineData(1.1, 0, 0, 0)]
    [InlineData(0.1, -1, 0, 0)]
    [InlineData(0.1, 1, double.NaN, 0)]
    [InlineData(0.1, 1, 0.5, 1)]
    public void Evaluate_OutOfRange_Throws(double prior, int passed, double power, double alarm)
    {
        Action act = () => new CredibilityModel().Evaluate([new(Worker(1), 0, prior, passed, power, alarm)]);

        act.Should().Throw<ArgumentException>().WithMessage("*Candidate 0*");
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    public void Constructor_ShareOutOfRange_Throws(double share)
    {
        Action act = () => _ = new CredibilityModel(share);

        act.Should().Throw<ArgumentOutOfRangeException>();
    }

    private static void Check(Action<int> property) =>
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), property).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20_260_101UL, 1UL));

    private static CandidateResult[] RandomCandidates(Random random, int count) => [.. Enumerable.Range(0, count).Select(i => new CandidateResult(
        Worker(i),
        random.Next(3),
        random.NextDouble() * random.NextDouble(),
        random.Next(3),
        random.NextDouble(),
        random.NextDouble() * 0.2)
    { ChecksFailed = random.Next(4) == 0 ? 1 : 0 })];

    /// <summary>
    /// Goes through who is wrong and whether the ring is active, one world after the other, and keeps the worlds that fit what was seen:
    /// right results agree, and results that agree are right or wrong together.
    /// </summary>
    private static double SumOverWorlds(CandidateResult[] candidates, int target, double activity, double share)
    {
        if (activity == 0)
        {
            return 0;
        }

        double right = 0;
        double wrong = 0;
        for (int ring = 0; ring < 2; ring++)
        {
            for (int world = 0; world < 1 << candidates.Length; world++)
            {
                double weight = ring == 1 ? activity : 1 - activity;
                var rightGroups = new HashSet<int>();
                var wrongGroups = new HashSet<int>();
                for (int i = 0; i < candidates.Length; i++)
                {
                    CandidateResult candidate = candidates[i];
                    bool isWrong = (world >> i & 1) == 1;
                    (isWrong ? wrongGroups : rightGroups).Add(candidate.Group);
                    double e = candidate.PriorError;
                    double active = activity == 1 ? e : e / activity <= share ? e / activity : Math.Max(share, e);
                    double now = ring == 1 ? active : activity == 1 ? 0 : (e - (activity * active)) / (1 - activity);
                    weight *= isWrong ? now : 1 - now;
                    int looks = candidate.ChecksPassed + candidate.ChecksFailed;
                    double power = looks == 0 ? 0 : Math.Max(candidate.DetectionPower, (double)candidate.ChecksFailed / looks);
                    double fails = isWrong ? power : candidate.FalseAlarmRate;
                    weight *= Math.Pow(1 - fails, candidate.ChecksPassed) * Math.Pow(fails, candidate.ChecksFailed);
                }

                if (rightGroups.Count <= 1 && !rightGroups.Overlaps(wrongGroups))
                {
                    right += rightGroups.Contains(target) ? weight : 0;
                    wrong += rightGroups.Contains(target) ? 0 : weight;
                }
            }
        }

        return right + wrong == 0 ? 1 : wrong / (right + wrong);
    }

    private static WorkerId Worker(int number) => new($"w{number}");
}
