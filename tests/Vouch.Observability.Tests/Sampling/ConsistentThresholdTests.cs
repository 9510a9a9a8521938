using System.Diagnostics;
using Vouch.Observability.Sampling;

namespace Vouch.Observability.Tests.Sampling;

public sealed class ConsistentThresholdTests
{
    // From the OpenTelemetry specification of probability sampling: th of 100 %, 50 %, 25 %, 1 in 3 is 0, 8, c, aaaaaaaaaaaaaa (rounded) ....
    [Theory]
    [InlineData(1.0, "0")]
    [InlineData(0.5, "8")]
    [InlineData(0.25, "c")]
    [InlineData(0.125, "e")]
    [InlineData(1.0 / (1L << 56), "ffffffffffffff")]
    public void Of_Probability_IsTheThresholdOfTheSpecification(double probability, string text)
    {
        ConsistentThreshold threshold = ConsistentThreshold.Of(probability);

        threshold.ToString().Should().Be(text);
        threshold.Probability.Should().Be(probability);
        ConsistentThreshold.TryParse(text, out ConsistentThreshold parsed).Should().BeTrue();
        parsed.Should().Be(threshold);
    }

    [Theory]
    [InlineData("")]
    [InlineData("123456789012345")]
    [InlineData("xyz")]
    [InlineData("-1")]
    [InlineData(" 8")]
    public void TryParse_NoThreshold_IsFalse(string text) => ConsistentThreshold.TryParse(text, out _).Should().BeFalse();

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Of_NoProbability_Throws(double probability) => FluentActions.Invoking(() => ConsistentThreshold.Of(probability)).Should().Throw<ArgumentOutOfRangeException>();

    [Fact]
    public void RandomnessOf_TraceId_IsItsLast56Bits() =>
        ConsistentThreshold.RandomnessOf(ActivityTraceId.CreateFromString("0123456789abcdef1122334455667788")).Should().Be(0x22334455667788);

    [Fact]
    public void Keeps_SmallerProbability_KeepsASubset()
    {
        var random = new Random(9);
        ConsistentThreshold tenth = ConsistentThreshold.Of(0.1), half = ConsistentThreshold.Of(0.5);
        long[] values = [.. Enumerable.Range(0, 20_000).Select(_ => random.NextInt64(ConsistentThreshold.Range))];

        values.Where(tenth.Keeps).Should().OnlyContain(value => half.Keeps(value));

        // Binomial: 2,000 +- 5 standard deviations of 42.
        values.Count(tenth.Keeps).Should().BeInRange(1_790, 2_210);
    }

    [Theory]
    [InlineData(null, null, null)]
    [InlineData("ot=th:c", 0xc0000000000000L, null)]
    [InlineData("vendor=1, ot=rv:0123456789abcd;th:8 ,x=2", 0x80000000000000L, 0x0123456789abcdL)]
    [InlineData("ot=th:zz;rv:12", null, null)]
    [InlineData("ot", null, null)]
    [InlineData(",,=;", null, null)]
    public void Read_TraceState_GivesWhatItStates(string? text, long? threshold, long? randomness)
    {
        ConsistentTraceState state = ConsistentTraceState.Read(text);

        state.Threshold?.Value.Should().Be(threshold);
        (state.Threshold is null).Should().Be(threshold is null);
        state.Randomness.Should().Be(randomness);
    }

    [Fact]
    public void Write_TraceState_PutsItsOwnFirstAndKeepsTheRest()
    {
        ConsistentTraceState.Write(null, ConsistentThreshold.Of(0.25)).Should().Be("ot=th:c");
        ConsistentTraceState.Write("a=1,ot=rv:0123456789abcd;th:8,b=2", ConsistentThreshold.Of(0.25)).Should().Be("ot=th:c;rv:0123456789abcd,a=1,b=2");
    }
}
