using Vouch.Core.Exceptions;
using Vouch.TestData;
using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Tests.Consensus;

public class LabelConsensusTests
{
    private readonly LabelConsensus _consensus = new();

    [Theory]
    [InlineData("bird", 0.759259, 0.898148)]
    [InlineData("rte", 0.918750, 0.927500)]
    [InlineData("SP_amt", 0.944000, 0.944000)]
    [InlineData("CF", 0.900000, 0.830000)]
    [InlineData("web", 0.776479, 0.821711)]
    public void Decide_NamedMethods_ReachThePublishedAccuracies(string set, double majority, double dawidSkene)
    {
        (LabelAnswer[] answers, Dictionary<int, int> truth) = Load(set);

        double byMajority = Accuracy(new LabelConsensus(new LabelConsensusOptions { Method = LabelMethod.Majority }).Decide(answers), truth);
        double byDawidSkene = Accuracy(new LabelConsensus(new LabelConsensusOptions { Method = LabelMethod.DawidSkene }).Decide(answers), truth);

        byMajority.Should().BeApproximately(majority, 1e-6);
        byDawidSkene.Should().BeApproximately(dawidSkene, 1e-6);
    }

    // Means over these five sets: the best single reference, EBCC as published, has 0.8776; majority 0.8597.
    [Fact]
    public void Decide_FiveSets_BeatsEveryReferenceMethodOnAverage()
    {
        string[] sets = ["bird", "rte", "SP_amt", "CF", "web"];

        double mean = sets.Average(set =>
        {
            (LabelAnswer[] answers, Dictionary<int, int> truth) = Load(set);
            return Accuracy(_consensus.Decide(answers), truth);
        });

        mean.Should().BeGreaterThan(0.8776 + 0.005);
    }

    [Theory]
    [InlineData("collude_45", 0.01)]
    [InlineData("camouflage_60", 0.02)]
    [InlineData("onoff_40", 0.03)]
    [InlineData("lazy_50", 0.02)]
    [InlineData("random_70", 0.01)]
    [InlineData("copycat_50", 0.04)]
    public void Decide_AttackersAndVerifiedItems_StaysNearTheCleanAccuracy(string attack, double drop)
    {
        (LabelAnswer[] answers, Dictionary<int, int> truth) = Load("rte");
        LabelAnswer[] attacked = [.. answers, .. Answers($"trust/consensus/attacks/rte_{attack}.csv")];

        // Every twentieth item is verified; which twentieth is a matter of luck, so the mean over ten choices counts.
        double lost = Enumerable.Range(0, 10).Average(choice =>
        {
            VerifiedLabel[] verified = [.. truth.OrderBy(pair => pair.Key).Where((_, i) => i % 20 == 2 * choice).Select(pair => new VerifiedLabel(pair.Key, pair.Value))];
            Dictionary<int, int> judged = truth.Where(pair => verified.All(known => known.Item != pair.Key)).ToDictionary();
            return Accuracy(_consensus.Decide(answers, verified), judged) - Accuracy(_consensus.Decide(attacked, verified), judged);
        });

        lost.Should().BeLessThan(drop);
    }

    [Fact]
    public void Decide_ARingThatAlwaysAgrees_IsOneClusterAndOneVoter()
    {
        LabelAnswer[] answers = WithRing(out int honest, out int[] truth);

        LabelConsensusResult result = _consensus.Decide(answers);

        result.Clusters.Should().ContainSingle();
        result.Clusters[0].Workers.Should().Equal(Enumerable.Range(honest, 12));
        result.Clusters[0].EvidenceGain.Should().BePositive();
        result.Workers.Where(worker => worker.Worker < honest).Should().OnlyContain(worker => worker.Cluster == null);
        result.GetDecision(3).Voters.Should().BeLessThanOrEqualTo(8 + 1);
        result.Decisions.Average(decision => decision.Label == truth[decision.Item] ? 1.0 : 0.0).Should().BeGreaterThan(0.9);
    }

    [Fact]
    public void Decide_AnswersInAnotherOrder_IsBitForBitTheSame()
    {
        LabelAnswer[] answers = WithRing(out _, out _);
        var shuffled = (LabelAnswer[])answers.Clone();
        new Random(5).Shuffle(shuffled);

        LabelConsensusResult first = _consensus.Decide(answers);
        LabelConsensusResult second = _consensus.Decide(shuffled);

        second.Decisions.Should().BeEquivalentTo(first.Decisions, options => options.WithStrictOrdering());
        second.Items.ToArray().Should().AllSatisfy(item => second.GetChances(item).ToArray().Should().Equal(first.GetChances(item).ToArray()));
    }

    [Fact]
    public void Decide_ATie_TakesTheLowestLabel()
    {
        LabelDecision decision = _consensus.Decide([new(7, 1, 2), new(7, 2, 1)]).GetDecision(7);

        decision.Label.Should().Be(1);
        decision.Promise.Should().Be(ConsensusPromise.None);
        decision.Evidence.IsSufficient.Should().BeFalse();
    }

    [Fact]
    public void Decide_AVerifiedItem_KeepsItsLabel()
    {
        LabelConsensusResult result = _consensus.Decide([new(0, 0, 0), new(0, 1, 0), new(0, 2, 0), new(1, 0, 1)], [new(0, 1), new(9, 0)]);

        result.GetDecision(0).Should().Match<LabelDecision>(decision => decision.Label == 1 && decision.Confidence == 1 && decision.ExpectedGain == 0 && decision.IsVerified);
        result.GetDecision(9).Label.Should().Be(0);
        result.Workers[0].VerifiedAnswers.Should().Be(1);
        result.Workers[0].VerifiedRight.Should().Be(0);
    }

    [Fact]
    public void Decide_FourOfFourVotersAgree_NamesTheHonestPlurality()
    {
        LabelDecision decision = _consensus.Decide([new(0, 0, 1), new(0, 1, 1), new(0, 2, 1), new(0, 3, 1), new(1, 0, 0)]).GetDecision(0);

        decision.AssumedLiars.Should().Be(1);
        decision.Support.Should().Be(4);
        decision.Promise.Should().Be(ConsensusPromise.HonestPlurality);
    }

    [Fact]
    public void Decide_AnswersOfOneWorkerTwice_CountOnce()
    {
        LabelDecision decision = new LabelConsensus(new LabelConsensusOptions { Method = LabelMethod.Majority }).Decide([new(0, 0, 1), new(0, 0, 0), new(0, 1, 1), new(1, 1, 0)]).GetDecision(0);

        decision.Voters.Should().Be(2);
        decision.Support.Should().Be(1.5);
    }

    [Fact]
    public void Decide_NothingAtAll_DecidesNothingAndPromisesNothing()
    {
        LabelConsensusResult result = _consensus.Decide([]);

        result.Items.Length.Should().Be(0);
        result.Promise.Should().Be(ConsensusPromise.None);
        result.Invoking(one => one.RequirePromise()).Should().Throw<ConsensusFailureException>();
        result.Invoking(one => one.GetDecision(0)).Should().Throw<KeyNotFoundException>();
    }

    [Fact]
    public void Decide_VerifiedItems_BoundTheAccuracy()
    {
        LabelAnswer[] answers = WithRing(out _, out int[] truth);
        VerifiedLabel[] verified = [.. Enumerable.Range(0, 60).Select(item => new VerifiedLabel(item * 5, truth[item * 5]))];

        LabelConsensusResult result = _consensus.Decide(answers, verified).RequirePromise();

        double measured = result.Decisions.Where(decision => !decision.IsVerified).Average(decision => decision.Label == truth[decision.Item] ? 1.0 : 0.0);
        result.Promise.Should().Be(ConsensusPromise.VerifiedAccuracy);
        result.Evidence.Interval!.SampleSize.Should().Be(60);
        result.Evidence.Interval!.Lower.Should().BeInRange(0.8, measured);
    }

    [Fact]
    public void Decide_OneMoreAnswer_HelpsLessWhereMostIsKnown()
    {
        LabelAnswer[] answers = WithRing(out _, out _);

        LabelConsensusResult result = _consensus.Decide(answers);

        LabelDecision surest = result.Decisions.MaxBy(decision => decision.Confidence)!;
        LabelDecision least = result.Decisions.MinBy(decision => decision.Confidence)!;
        least.ExpectedGain.Should().BeGreaterThan(surest.ExpectedGain);
        result.Decisions.Should().OnlyContain(decision => decision.ExpectedGain >= 0 && decision.ExpectedGain + decision.Confidence <= 1 + 1e-9);
    }

    [Fact]
    public void Workers_OnManyItems_ShowSkillBiasAndConfusion()
    {
        LabelAnswer[] answers = WithRing(out int honest, out _);

        LabelConsensusResult result = _consensus.Decide(answers);

        foreach (WorkerProfile worker in result.Workers)
        {
            double[] confusion = worker.Confusion.ToArray();
            (confusion[0] + confusion[1]).Should().BeApproximately(1, 1e-9);
            (confusion[2] + confusion[3]).Should().BeApproximately(1, 1e-9);
            worker.Bias.ToArray().Sum().Should().BeApproximately(0, 1e-9);
            worker.Skill.Should().BeInRange(0, 1);
        }

        result.Workers.Where(worker => worker.Worker < honest).Average(worker => worker.Skill).Should().BeInRange(0.8, 0.9, "honest workers are right with 85 %");
    }

    [Theory]
    [InlineData(-1, 0, 0)]
    [InlineData(0, -1, 0)]
    [InlineData(0, 0, 256)]
    public void Decide_ANumberOutOfRange_SaysWhich(int item, int worker, int label) =>
        _consensus.Invoking(one => one.Decide([new(1, 1, 1), new(item, worker, label)])).Should().Throw<ArgumentException>().WithMessage("Answer 1 *");

    [Fact]
    public void Decide_AnItemVerifiedTwiceDifferently_Throws() =>
        _consensus.Invoking(one => one.Decide([new(1, 1, 1)], [new(1, 0), new(1, 1)])).Should().Throw<ArgumentException>().WithMessage("Item 1 *");

    /// <summary>40 honest workers, right with 85 %, 8 answers to each of 300 items; 12 who all answer all items alike: right, but for every fifth item.</summary>
    private static LabelAnswer[] WithRing(out int honest, out int[] truth)
    {
        var random = new Random(11);
        honest = 40;
        int[] right = [.. Enumerable.Range(0, 300).Select(_ => random.Next(2))];
        truth = right;
        var answers = new List<LabelAnswer>();
        for (int item = 0; item < right.Length; item++)
        {
            int[] workers = [.. Enumerable.Range(0, honest)];
            random.Shuffle(workers);
            answers.AddRange(workers.Take(8).Select(worker => new LabelAnswer(item, worker, random.NextDouble() < 0.85 ? right[item] : 1 - right[item])).ToArray());
            for (int ring = 0; ring < 12; ring++)
            {
                answers.Add(new LabelAnswer(item, honest + ring, item % 5 == 3 ? 1 - right[item] : right[item]));
            }
        }

        return [.. answers];
    }

    private static (LabelAnswer[] Answers, Dictionary<int, int> Truth) Load(string set) =>
        (Answers($"trust/consensus/categorical/{set}/answers.csv"), SharedData.Csv($"trust/consensus/categorical/{set}/truth.csv").ToDictionary(row => int.Parse(row["task"]), row => int.Parse(row["truth"])));

    private static LabelAnswer[] Answers(string file) =>
        [.. SharedData.Csv(file).Select(row => new LabelAnswer(int.Parse(row["task"]), int.Parse(row["worker"]), int.Parse(row["answer"])))];

    private static double Accuracy(LabelConsensusResult result, Dictionary<int, int> truth)
    {
        var items = result.Items.ToArray().ToHashSet();
        return truth.Where(pair => items.Contains(pair.Key)).Average(pair => result.GetDecision(pair.Key).Label == pair.Value ? 1.0 : 0.0);
    }
}
