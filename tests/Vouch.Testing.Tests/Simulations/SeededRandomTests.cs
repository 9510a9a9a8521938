using Vouch.Testing.Simulations;

namespace Vouch.Testing.Tests.Simulations;

public sealed class SeededRandomTests
{
    [Fact]
    public void NextUInt64_FromOneTwoThreeFour_IsXoshiro256StarStar()
    {
        // The outputs of the authors' C code from this state, as the tests of rand_xoshiro 0.6 list them.
        var random = new SeededRandom(1, 2, 3, 4);

        Enumerable.Range(0, 10).Select(_ => random.NextUInt64()).Should().Equal(
            11520, 0, 1509978240, 1215971899390074240, 1216172134540287360, 607988272756665600,
            16172922978634559625, 8476171486693032832, 10595114339597558777, 2904607092377533576);
    }

    [Fact]
    public void Mix_Of1234567_IsSplitMix64()
    {
        // Rosetta Code, "Pseudo-random numbers/Splitmix64".
        ulong state = 1234567;

        Enumerable.Range(0, 5).Select(_ => SeededRandom.Mix(ref state)).Should().Equal(
            6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821);
    }

    [Fact]
    public void Next_OfEveryKind_KeepsItsRange()
    {
        var random = new SeededRandom(7);
        byte[] bytes = new byte[1000];
        random.NextBytes(bytes);

        bytes.Distinct().Should().HaveCountGreaterThan(200);
        for (int i = 0; i < 10_000; i++)
        {
            random.NextDouble().Should().BeInRange(0, 0.9999999999999999);
            random.NextSingle().Should().BeInRange(0, 0.99999994f);
            random.Next(3).Should().BeInRange(0, 2);
            random.Next(-3, 4).Should().BeInRange(-3, 3);
            random.Next(int.MinValue, int.MaxValue).Should().BeLessThan(int.MaxValue);
            random.NextInt64(1L << 40).Should().BeInRange(0, (1L << 40) - 1);
            random.NextInt64(long.MinValue, long.MaxValue).Should().BeLessThan(long.MaxValue);
        }

        random.Next(0).Should().Be(0);
        random.Next(5, 5).Should().Be(5);
    }

    [Fact]
    public void For_OtherPurposesOfOneSeed_AreNotRelated()
    {
        double[] first = Draws(SeededRandom.For(1, 1));
        double[] second = Draws(SeededRandom.For(1, 2));

        double correlation = first.Zip(second, static (a, b) => (a - 0.5) * (b - 0.5)).Sum() / (10_000 / 12.0);

        correlation.Should().BeApproximately(0, 0.04, "four standard errors of a correlation of 10,000 independent pairs");

        static double[] Draws(SeededRandom random) => [.. Enumerable.Range(0, 10_000).Select(_ => random.NextDouble())];
    }
}
