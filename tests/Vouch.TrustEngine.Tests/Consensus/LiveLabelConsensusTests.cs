using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Tests.Consensus;

public class LiveLabelConsensusTests
{
    [Fact]
    public void Add_AnswersInBatches_DecidesNearlyAsAllAtOnce()
    {
        LabelAnswer[] answers = Answers(out _);
        var live = new LiveLabelConsensus(new LabelConsensus(), answers.AsSpan(0, answers.Length * 9 / 10));

        foreach (LabelAnswer[] batch in answers.Skip(answers.Length * 9 / 10).Chunk(40))
        {
            live.Add(batch);
        }

        LabelConsensusResult all = new LabelConsensus().Decide(answers);
        live.Added.Should().Be(answers.Length - (answers.Length * 9 / 10));
        all.Decisions.Count(decision => live.GetDecision(decision.Item).Label == decision.Label).Should().BeGreaterThanOrEqualTo((int)(0.985 * all.Items.Length));
        all.Decisions.Average(decision => Math.Abs(live.GetDecision(decision.Item).Confidence - decision.Confidence)).Should().BeLessThan(0.02);
    }

    [Fact]
    public void Refresh_AfterAdding_IsTheFullDecision()
    {
        LabelAnswer[] answers = Answers(out _);
        var live = new LiveLabelConsensus(new LabelConsensus(), answers.AsSpan(0, 1000));

        live.Add(answers.AsSpan(1000));
        LabelConsensusResult refreshed = live.Refresh();

        refreshed.Decisions.Should().Equal(new LabelConsensus().Decide(answers).Decisions, (a, b) => a.Item == b.Item && a.Label == b.Label && a.Confidence == b.Confidence);
        live.Added.Should().Be(0);
        live.GetDecision(3).Confidence.Should().BeApproximately(refreshed.GetDecision(3).Confidence, 1e-9);
    }

    [Fact]
    public void Add_ANewItemByNewWorkers_IsDecided()
    {
        var live = new LiveLabelConsensus(new LabelConsensus(), Answers(out _));

        live.Add([new(9000, 500, 1), new(9000, 501, 1), new(9000, 502, 1)]);

        live.GetDecision(9000).Should().Match<LabelDecision>(decision => decision.Label == 1 && decision.Voters == 3 && decision.Confidence > 0.8);
        live.Invoking(one => one.GetDecision(9001)).Should().Throw<KeyNotFoundException>();
    }

    [Fact]
    public void Add_ANewLabel_AddsNothingAndSaysWhich()
    {
        var live = new LiveLabelConsensus(new LabelConsensus(), Answers(out _));

        live.Invoking(one => one.Add([new(0, 1, 1), new(0, 2, 7)])).Should().Throw<ArgumentException>().WithMessage("Answer 1 *");

        live.Added.Should().Be(0);
    }

    [Fact]
    public void Constructor_AnotherMethod_IsRefused() =>
        FluentActions.Invoking(() => new LiveLabelConsensus(new LabelConsensus(new LabelConsensusOptions { Method = LabelMethod.Majority }), [new(0, 0, 1)])).Should().Throw<ArgumentException>();

    private static LabelAnswer[] Answers(out int[] truth)
    {
        var random = new Random(7);
        int[] right = [.. Enumerable.Range(0, 400).Select(_ => random.Next(2))];
        double[] skill = [.. Enumerable.Range(0, 30).Select(_ => 0.6 + (0.38 * random.NextDouble()))];
        truth = right;
        LabelAnswer[] answers = [.. Enumerable.Range(0, 400).SelectMany(item => Enumerable.Range(0, 7).Select(turn => ((item * 7) + (turn * 4) + (item / 30)) % 30)
            .Select(worker => new LabelAnswer(item, worker, random.NextDouble() < skill[worker] ? right[item] : 1 - right[item])))];
        random.Shuffle(answers);
        return answers;
    }
}
