using Vouch.Core.Exceptions;
using Vouch.TestData;
using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Tests.Consensus;

public class NumberConsensusTests
{
    private readonly NumberConsensus _consensus = new();

    // Limits: 1.1 times the best mean absolute error among mean, median, 20 % trimmed mean, CRH (two), inverse variance (two) and bias + variance.
    [Theory]
    [InlineData("emotion", 11.8808)]
    [InlineData("nflx_4_outliers", 0.0384329)]
    [InlineData("population", 2120.69)]
    public void Decide_PublicSets_IsAsGoodAsTheBestReference(string set, double best)
    {
        NumberAnswer[] answers = Answers($"trust/consensus/numeric/{set}/answers.csv");

        NumberConsensusResult result = _consensus.Decide(answers);

        SharedData.Csv($"trust/consensus/numeric/{set}/truth.csv").Average(row => Math.Abs(result.GetDecision(int.Parse(row["task"])).Value - double.Parse(row["truth"])))
            .Should().BeLessThanOrEqualTo(1.1 * best);
    }

    [Fact]
    public void Decide_AThirdShiftsTogether_IsNotCapturedGivenVerifiedItems()
    {
        NumberAnswer[] answers = [.. Answers("trust/consensus/numeric/vqeg_frtv_525_high/answers.csv"), .. Answers("trust/consensus/attacks/vqeg_frtv_525_high_shift_33.csv")];
        Dictionary<int, double> truth = SharedData.Csv("trust/consensus/numeric/vqeg_frtv_525_high/truth.csv").ToDictionary(row => int.Parse(row["task"]), row => double.Parse(row["truth"]));
        VerifiedNumber[] verified = [.. truth.OrderBy(pair => pair.Key).Where((_, i) => i % 20 == 7).Select(pair => new VerifiedNumber(pair.Key, pair.Value))];

        NumberConsensusResult result = _consensus.Decide(answers, verified);

        truth.Average(pair => Math.Abs(result.GetDecision(pair.Key).Value - pair.Value)).Should().BeLessThan(2.5, "the median without verified items is off by 8.6");
    }

    [Fact]
    public void Decide_WorkersWhoGiveTheSameNumbers_AreOneVoter()
    {
        NumberAnswer[] copies = [.. Enumerable.Range(0, 50).SelectMany(item => Enumerable.Range(100, 12).Select(worker => new NumberAnswer(item, worker, item + 5)))];

        NumberConsensusResult result = _consensus.Decide([.. Honest(), .. copies]);

        result.Clusters.Should().ContainSingle().Which.Should().Equal(Enumerable.Range(100, 12));
        result.Decisions.Should().OnlyContain(decision => decision.Voters == 9);
        result.Decisions.Average(decision => Math.Abs(decision.Value - decision.Item)).Should().BeLessThan(1.5, "one voter in nine exaggerates by 5");
    }

    [Fact]
    public void Decide_HugeLies_StayBounded()
    {
        NumberAnswer[] answers = [.. Honest(), .. Enumerable.Range(0, 50).SelectMany(item => Enumerable.Range(100, 4).Select(worker => new NumberAnswer(item, worker, (item + worker) * 1e297)))];

        NumberConsensusResult result = _consensus.Decide(answers);

        result.RejectionDistance.Should().BeLessThan(100);
        result.Decisions.Should().OnlyContain(decision => Math.Abs(decision.Value - decision.Item) < 3 && decision.Rejected >= 4);
    }

    [Fact]
    public void Decide_BiasedAndNoisyWorkers_AreFoundOut()
    {
        NumberConsensusResult result = _consensus.Decide(Honest());

        result.Workers[0].Bias.Should().BeApproximately(2, 0.7, "worker 0 exaggerates by 2");
        result.Workers[1].Deviation.Should().BeGreaterThan(2 * result.Workers[2].Deviation, "worker 1 has four times the noise");
        result.Decisions.Should().OnlyContain(decision => decision.StandardError > 0 && decision.ExpectedGain > 0 && decision.ExpectedGain < decision.StandardError);
    }

    [Fact]
    public void Decide_AnotherOrder_IsBitForBitTheSame()
    {
        NumberAnswer[] answers = Honest();
        var shuffled = (NumberAnswer[])answers.Clone();
        new Random(5).Shuffle(shuffled);

        _consensus.Decide(shuffled).Decisions.Should().Equal(_consensus.Decide(answers).Decisions);
    }

    [Fact]
    public void Decide_VerifiedItem_KeepsItsValue()
    {
        NumberDecision decision = _consensus.Decide([new(0, 0, 1), new(0, 1, 2)], [new(0, 5), new(4, 8)]).GetDecision(0);

        decision.Value.Should().Be(5);
        decision.StandardError.Should().Be(0);
        decision.Median.Should().Be(1);
    }

    [Fact]
    public void Decide_AllTheSame_IsThatValue() =>
        _consensus.Decide([new(0, 0, 3), new(0, 1, 3), new(0, 2, 3)]).GetDecision(0)
            .Should().Match<NumberDecision>(decision => decision.Value == 3 && decision.Promise == ConsensusPromise.HonestRange && decision.ToleratedLiars == 1);

    [Fact]
    public void Decide_NoFiniteAnswer_DecidesNothing()
    {
        NumberConsensusResult result = _consensus.Decide([new(3, 0, double.NaN), new(3, 1, double.PositiveInfinity)]);

        result.GetDecision(3).Value.Should().Be(double.NaN);
        result.GetDecision(3).Promise.Should().Be(ConsensusPromise.None);
        result.Invoking(one => one.RequirePromise()).Should().Throw<ConsensusFailureException>();
    }

    [Fact]
    public void Decide_Nothing_HasNoDecisions() => _consensus.Decide([]).Decisions.Should().BeEmpty();

    [Fact]
    public void Decide_ANegativeNumber_SaysWhich() =>
        _consensus.Invoking(one => one.Decide([new(0, 0, 1), new(-1, 0, 1)])).Should().Throw<ArgumentException>().WithMessage("Answer 1 *");

    private static NumberAnswer[] Honest()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, 50).SelectMany(item => Enumerable.Range(0, 8).Select(worker =>
        {
            double noise = random.NextDouble() + random.NextDouble() - 1;
            return new NumberAnswer(item, worker, item + (worker == 0 ? 2 : 0) + (worker == 1 ? 4 * noise : noise));
        }))];
    }

    private static NumberAnswer[] Answers(string file) =>
        [.. SharedData.Csv(file).Select(row => new NumberAnswer(int.Parse(row["task"]), int.Parse(row["worker"]), double.Parse(row["answer"])))];
}
