using System.Text.Json;
using Vouch.Core.Models;
using Vouch.TrustEngine.Reputation;

namespace Vouch.TrustEngine.Tests.Reputation;

public sealed class EigenTrustTests
{
    [Fact]
    public void Compute_PublishedVectors_EqualTo12Digits()
    {
        using JsonDocument vectors = ReputationLedgerTests.Vectors();
        int cases = 0;
        foreach (JsonElement vector in vectors.RootElement.GetProperty("eigentrust").EnumerateArray())
        {
            var opinions = new List<PeerOpinion>();
            int from = 0;
            foreach (JsonElement row in vector.GetProperty("local_satisfaction").EnumerateArray())
            {
                int about = 0;
                foreach (JsonElement cell in row.EnumerateArray())
                {
                    opinions.Add(new PeerOpinion(Name(from), Name(about++), cell.GetDouble()));
                }

                from++;
            }

            double[] expected = [.. vector.GetProperty("trust").EnumerateArray().Select(static cell => cell.GetDouble())];
            IEnumerable<KeyValuePair<WorkerId, double>> anchor = vector.GetProperty("pretrusted").EnumerateArray().Select(static cell => KeyValuePair.Create(Name(cell.GetInt32()), 1.0));

            EigenTrustResult result = EigenTrust.Compute(opinions, anchor, vector.GetProperty("a").GetDouble());

            for (int i = 0; i < expected.Length; i++)
            {
                result.Trust[Name(i)].Should().BeApproximately(expected[i], 1e-12);
            }

            vector.GetProperty("malicious").EnumerateArray().Sum(cell => result.Trust[Name(cell.GetInt32())]).Should().BeApproximately(vector.GetProperty("malicious_mass").GetDouble(), 1e-12);
            result.Trust.Values.Sum().Should().BeApproximately(1, 1e-12);
            result.ErrorBound.Should().BeLessThan(1e-13);
            cases++;
        }

        cases.Should().Be(3);
    }

    [Fact]
    public void Compute_OpinionsInAnyOrder_SameToTheBit()
    {
        var random = new Random(5);
        PeerOpinion[] opinions = [.. Enumerable.Range(0, 300).Select(_ => new PeerOpinion(Name(random.Next(20)), Name(random.Next(20)), random.NextDouble() * 10))];
        PeerOpinion[] shuffled = [.. opinions];
        random.Shuffle(shuffled);
        KeyValuePair<WorkerId, double>[] anchor = [new(Name(1), 2), new(Name(2), 1)];

        EigenTrust.Compute(shuffled, anchor).Trust.Should().Equal(EigenTrust.Compute(opinions, anchor.Reverse()).Trust);
    }

    [Fact]
    public void Compute_CliqueThatPraisesItself_KeepsNothingUnlessOthersPraiseIt()
    {
        WorkerId honest = Name(0), other = Name(1);
        List<PeerOpinion> opinions = [new(honest, other, 5), new(other, honest, 5)];
        for (int i = 10; i < 60; i++)
        {
            for (int j = 10; j < 60; j++)
            {
                opinions.Add(new PeerOpinion(Name(i), Name(j), 1e300));
            }
        }

        EigenTrustResult result = EigenTrust.Compute(opinions, [new(honest, 1)]);

        Enumerable.Range(10, 50).Sum(i => result.Trust[Name(i)]).Should().Be(0);
        (result.Trust[honest] + result.Trust[other]).Should().BeApproximately(1, 1e-12);
    }

    [Fact]
    public void Compute_PraiseWithinOneOwner_CountsForNothing()
    {
        List<PeerOpinion> opinions = [new(Name(0), Name(1), 1), new(Name(0), Name(3), 1), new(Name(1), Name(2), 100), new(Name(1), Name(0), 1)];

        EigenTrustResult result = EigenTrust.Compute(opinions, [new(Name(0), 1)], entityOf: static worker => worker.Value is "w1" or "w2" ? "one" : null);

        result.Trust[Name(2)].Should().Be(0);
    }

    [Fact]
    public void Compute_NoOpinionsOrOnlyBadOnes_IsTheAnchor()
    {
        KeyValuePair<WorkerId, double>[] anchor = [new(Name(0), 3), new(Name(1), 1), new(Name(2), 0)];

        foreach (PeerOpinion[] opinions in new PeerOpinion[][] { [], [new(Name(0), Name(1), -4), new(Name(1), Name(1), 7)] })
        {
            EigenTrustResult result = EigenTrust.Compute(opinions, anchor);

            result.Trust[Name(0)].Should().BeApproximately(0.75, 1e-15);
            result.Trust[Name(1)].Should().BeApproximately(0.25, 1e-15);
            result.Trust[Name(2)].Should().Be(0);
        }
    }

    [Fact]
    public void Compute_BadInput_SaysWhat()
    {
        KeyValuePair<WorkerId, double>[] anchor = [new(Name(0), 1)];
        Action[] acts =
        [
            () => EigenTrust.Compute([], []),
            () => EigenTrust.Compute([], [new(Name(0), 0)]),
            () => EigenTrust.Compute([], [new(Name(0), double.NaN)]),
            () => EigenTrust.Compute([], [new(Name(0), 1), new(Name(0), 1)]),
            () => EigenTrust.Compute([new(Name(0), Name(1), double.PositiveInfinity)], anchor),
            () => EigenTrust.Compute([new(default, Name(1), 1)], anchor),
            () => EigenTrust.Compute([], anchor, 0),
            () => EigenTrust.Compute([], anchor, double.NaN),
        ];

        acts.Should().AllSatisfy(static act => act.Should().Throw<ArgumentException>());
    }

    private static WorkerId Name(int index) => new($"w{index}");
}
