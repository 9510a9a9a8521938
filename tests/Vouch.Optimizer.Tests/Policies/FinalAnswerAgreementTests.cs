using Vouch.Optimizer.Policies;

namespace Vouch.Optimizer.Tests.Policies;

public sealed class FinalAnswerAgreementTests
{
    [Theory]
    [InlineData("So x = 3, and thus \\boxed{\\frac{1}{2}}.", "\\frac{1}{2}")]
    [InlineData("First \\boxed{1}, no: \\boxed{2}", "2")]
    [InlineData("48/2 = 24\n48+24 = 72\n#### 72", "72")]
    [InlineData("{\"reasoning\": \"because\", \"answer\": \"B\"}", "B")]
    [InlineData("{\"answer\": 12, \"sure\": true}", "12")]
    [InlineData("Let me think.\nThe answer is (B).", "B")]
    [InlineData("Reasoning first.\n**Answer: 1,234**\nThank you.", "1,234")]
    [InlineData("f(x)", "f(x)")]
    [InlineData("Paris", "Paris")]
    [InlineData("A long talk of many words that comes to no final line at all.", "")]
    [InlineData("Two lines\nof talk", "")]
    [InlineData("\\boxed{never closed", "")]
    [InlineData("\"answer\"", "")]
    [InlineData("", "")]
    public void FinalAnswer_Reply_IsWhatItEndsIn(string reply, string expected) => FinalAnswerAgreement.FinalAnswer(reply).ToString().Should().Be(expected);

    [Theory]
    [InlineData("Hence #### 1234", "The answer is $1,234.00.", true)]
    [InlineData("\\boxed{B}", "answer: (b)", true)]
    [InlineData("Answer: A", "Answer: B", false)]
    [InlineData("I do not know what to say about this very long question.", "I do not know what to say about this very long question.", false)]
    public void Agree_Replies_ByTheirFinalAnswers(string first, string second, bool expected) => new FinalAnswerAgreement().Agree(first, second).Should().Be(expected);

    [Fact]
    public void Agree_InnerOfTheHost_IsAsked() => new FinalAnswerAgreement(new Always()).Agree("Answer: A", "Answer: B").Should().BeTrue();

    [Fact]
    public void Agree_WarmReplies_AllocatesNothing()
    {
        var agreement = new FinalAnswerAgreement();
        long least = long.MaxValue;
        for (int round = 0; round < 100 && least > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            agreement.Agree("Hence #### 1234", "The answer is $1,234.00.");
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.Should().Be(0);
    }

    private sealed class Always : IAnswerAgreement
    {
        public bool Agree(ReadOnlySpan<char> first, ReadOnlySpan<char> second) => true;
    }
}
