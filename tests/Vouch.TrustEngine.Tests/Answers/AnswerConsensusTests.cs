using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.TrustEngine.Answers;
using Vouch.TrustEngine.Consensus;

namespace Vouch.TrustEngine.Tests.Answers;

public class AnswerConsensusTests
{
    private readonly AnswerConsensus _consensus = new();

    [Fact]
    public void Decide_FormsOfOneAnswer_WinTogether()
    {
        AnswerDecision decision = _consensus.Decide([Of("a", "1/2"), Of("b", "50 %"), Of("c", "The answer is 0.5."), Of("d", "2"), Of("e", "2"), Of("f", "0.5"), Of("g", " ")]);

        decision.Answer.Canonical.Should().Be("1/2");
        decision.Text.Should().Be("0.5");
        decision.Support.Should().BeApproximately(4.0 / 6, 1e-12);
        decision.Promise.Should().Be(ConsensusPromise.HonestSupport);
        decision.Voters.Should().Be(6);
        decision.SetAside.Should().Be(1);
        decision.Confidence.Should().BeNull();
        decision.Groups.Select(group => group.Samples).Should().Equal(4, 2);
    }

    [Fact]
    public void Decide_ManySamplesOfOneModel_AreOneVoterWithoutAPromise()
    {
        AnswerSample[] samples = [.. Enumerable.Range(0, 100).Select(i => Of("model", i < 90 ? "7" : "8"))];

        AnswerDecision decision = _consensus.Decide(samples);

        decision.Answer.Canonical.Should().Be("7");
        decision.Support.Should().BeApproximately(0.9, 1e-9);
        decision.Voters.Should().Be(1);
        decision.Promise.Should().Be(ConsensusPromise.None);
        decision.Evidence.IsSufficient.Should().BeFalse();
        decision.Evidence.Reasons.Should().Contain(reason => reason.Contains("100 samples are 1 voter"));
        _consensus.Invoking(consensus => consensus.DecideOrThrow(samples)).Should().Throw<ConsensusFailureException>();

        AnswerDecision told = new AnswerConsensus(new AnswerConsensusOptions { SamplesAreIndependent = true }).Decide(samples);
        told.Voters.Should().Be(100);
        told.Promise.Should().Be(ConsensusPromise.HonestPlurality);
        told.Evidence.Reasons.Should().Contain(reason => reason.Contains("independent"));
    }

    [Fact]
    public void Decide_ManySamplesOfALoudModel_DoNotOutvoteOthers()
    {
        AnswerSample[] samples = [.. Enumerable.Range(0, 50).Select(_ => Of("loud", "13")), Of("a", "12"), Of("b", "12"), Of("c", "twelve")];

        _consensus.Decide(samples).Answer.Canonical.Should().Be("12");
    }

    [Fact]
    public void Decide_Tolerance_GroupsNumbersOnly()
    {
        var consensus = new AnswerConsensus(new AnswerConsensusOptions { AbsoluteTolerance = 0.02 });

        AnswerDecision decision = consensus.Decide([Of("a", "3.14"), Of("b", "22/7"), Of("c", "3.15"), Of("d", "pi"), Of("e", "3")]);

        decision.Groups[0].Workers.Should().Equal(new WorkerId("a"), new WorkerId("b"), new WorkerId("c"));
        decision.Text.Should().Be("22/7");
        decision.Groups.Should().HaveCount(3);
    }

    [Fact]
    public void Decide_Nothing_SaysSo()
    {
        AnswerDecision decision = _consensus.Decide([]);

        decision.Text.Should().BeNull();
        decision.Answer.Kind.Should().Be(AnswerKind.Empty);
        decision.Promise.Should().Be(ConsensusPromise.None);
        _consensus.DecideMany([], []).Should().BeEmpty();
        _consensus.DecideMany([Of("a", " ")], []).Single().Text.Should().BeNull();
        _consensus.Invoking(consensus => consensus.Decide([default])).Should().Throw<ArgumentException>();
        _consensus.Invoking(consensus => consensus.Decide([Of("a", "1"), Of("a", "1", 2)])).Should().Throw<ArgumentException>();
        _consensus.Invoking(consensus => consensus.DecideMany([], [new(0, "1"), new(0, "2")])).Should().Throw<ArgumentException>().WithMessage("*'1'*'2'*");
    }

    [Fact]
    public void Decide_AnyOrder_IsTheSame()
    {
        string[] texts = ["1", "1.0", "2", "two", "1.001", "", "1/1", "0.999"];
        var consensus = new AnswerConsensus(new AnswerConsensusOptions { RelativeTolerance = 0.01 });

        Prop.ForAll(Arb.From(Gen.Choose(0, 4).Zip(Gen.Elements(texts)).ListOf()), list =>
        {
            AnswerSample[] samples = [.. list.Select(pair => Of($"w{pair.Item1}", pair.Item2))];
            AnswerDecision one = consensus.Decide(samples);
            AnswerDecision other = consensus.Decide([.. samples.Reverse()]);
            return one.Text == other.Text && one.Answer == other.Answer && one.Support == other.Support && one.Promise == other.Promise && one.Evidence == other.Evidence
                && one.Groups.Select(group => (group.Answer, group.Text, group.Samples)).SequenceEqual(other.Groups.Select(group => (group.Answer, group.Text, group.Samples)));
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20_260_101UL, 1UL));
    }

    [Fact]
    public void DecideMany_SkillsThatDiffer_BeatTheMajority()
    {
        AnswerSample[] samples = Simulate(new Random(5), items: 300, [0.95, 0.9, 0.35, 0.35, 0.35, 0.35, 0.35]);

        IReadOnlyList<AnswerDecision> decisions = _consensus.DecideMany(samples, []);

        double learnt = decisions.Average(decision => decision.Answer.Canonical == Right(decision.Item) ? 1.0 : 0);
        double majority = samples.GroupBy(sample => sample.Item).Average(item => _consensus.Decide([.. item]).Answer.Canonical == Right(item.Key) ? 1.0 : 0);
        learnt.Should().BeGreaterThan(majority);
        decisions.Average(decision => decision.Confidence!.Value).Should().BeApproximately(learnt, 0.1);
        decisions.Select(decision => decision.Item).Should().Equal(Enumerable.Range(0, 300));
    }

    [Fact]
    public void DecideMany_AnyOrder_IsTheSame()
    {
        AnswerSample[] samples = Simulate(new Random(6), items: 60, [0.9, 0.7, 0.6, 0.5]);

        IReadOnlyList<AnswerDecision> one = _consensus.DecideMany(samples, [new(3, "12")]);
        IReadOnlyList<AnswerDecision> other = _consensus.DecideMany([.. samples.Reverse()], [new(3, "12")]);

        other.Select(decision => (decision.Text, decision.Answer, decision.Confidence, decision.Support)).Should().Equal(one.Select(decision => (decision.Text, decision.Answer, decision.Confidence, decision.Support)));
    }

    [Fact]
    public void DecideMany_VerifiedAnswers_StandInAnyForm()
    {
        AnswerSample[] samples = [Of("a", "0.5", 0), Of("b", "2", 0), Of("a", "3", 1), Of("b", "4", 1)];

        IReadOnlyList<AnswerDecision> decisions = _consensus.DecideMany(samples, [new(0, "50%"), new(1, "5"), new(7, "unseen")]);

        decisions.Select(decision => decision.Text).Should().Equal("0.5", "5", "unseen");
        decisions.Select(decision => decision.Confidence).Should().OnlyContain(confidence => confidence == 1);
    }

    [Fact]
    public void DecideMany_SharedAnswers_LearnConfusions()
    {
        // Two are right; three always say the opposite, which shared answers can tell from the verified ones.
        var samples = new List<AnswerSample>();
        for (int item = 0; item < 100; item++)
        {
            bool yes = item * 7 % 10 < 5;
            samples.AddRange(Enumerable.Range(0, 5).Select(worker => Of($"w{worker}", (worker < 2) == yes ? "Yes." : "no", item)));
        }

        VerifiedAnswer[] verified = [.. Enumerable.Range(0, 20).Select(item => new VerifiedAnswer(item, item * 7 % 10 < 5 ? "yes" : "no"))];
        IReadOnlyList<AnswerDecision> decisions = new AnswerConsensus(new AnswerConsensusOptions { SharedAnswers = true }).DecideMany(samples, verified);

        decisions.Average(decision => decision.Answer.Canonical == (decision.Item * 7 % 10 < 5 ? "yes" : "no") ? 1.0 : 0).Should().Be(1);
    }

    private static AnswerSample Of(string worker, string? text, int item = 0) => new(new WorkerId(worker), text, item);

    private static string Right(int item) => FormattableString.Invariant($"{item * 4}");

    private static AnswerSample[] Simulate(Random random, int items, double[] skills) =>
        [.. Enumerable.Range(0, items).SelectMany(item => skills.Select((skill, worker) =>
            Of($"w{worker}", random.NextDouble() < skill ? Right(item) + ".0" : FormattableString.Invariant($"{(item * 4) + 1 + random.Next(3)}"), item)).ToArray())];
}
