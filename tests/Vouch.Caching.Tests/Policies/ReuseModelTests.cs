using Vouch.Caching.Policies;

namespace Vouch.Caching.Tests.Policies;

public sealed class ReuseModelTests
{
    [Fact]
    public void Density_AnyChances_IsTheBestOverAllStretches()
    {
        var random = new Random(7);
        var chances = new float[112];
        var densities = new float[112];
        for (int round = 0; round < 50; round++)
        {
            for (int bin = 0; bin < chances.Length; bin++)
            {
                chances[bin] = random.Next(4) == 0 ? random.NextSingle() * 0.9f : random.NextSingle() * 0.01f;
            }

            ReuseModel.Density(chances, densities);

            for (int first = 0; first < chances.Length; first++)
            {
                double best = 0;
                double hits = 0;
                double time = 0;
                double survival = 1;
                for (int bin = first; bin < chances.Length; bin++)
                {
                    hits += survival * chances[bin];
                    time += survival * (ReuseModel.AgeStart(bin + 1) - ReuseModel.AgeStart(bin)) * (1 - (chances[bin] / 2));
                    survival *= 1 - chances[bin];
                    best = Math.Max(best, hits / time);
                }

                densities[first].Should().BeApproximately((float)best, (float)best * 1e-4f);
            }
        }
    }

    [Fact]
    public void Density_KeysThatReturnAfterAFixedTime_GrowsTowardsThatTimeAndThenFalls()
    {
        var model = new ReuseModel();
        byte kind = ReuseModel.Again(ReuseModel.Once(1, 0), 1000, coin: false);
        for (int i = 0; i < 2000; i++)
        {
            model.Read(kind, 1000);
        }

        model.Learn(500, keep: 1);

        model.Density(kind, 900).Should().BeGreaterThan(model.Density(kind, 500)).And.BeGreaterThan(20 * model.Density(kind, 3000));
        model.Density(kind, 500).Should().BeGreaterThan(model.Density(kind, 10));
    }

    [Fact]
    public void Density_KeysThatWaitForEver_IsLowerThanOfKeysNothingIsKnownOf()
    {
        var model = new ReuseModel();
        byte scanned = ReuseModel.Once(misses: 64, hits: 0);
        byte fresh = ReuseModel.Once(misses: 1, hits: 20);
        float before = model.Density(scanned, 100);
        for (int i = 0; i < 1000; i++)
        {
            model.Waiting(scanned, 1u << (i % 15), 1);
        }

        model.Read(fresh, 3);
        model.Learn(100, keep: 1);

        model.Density(scanned, 100).Should().BeLessThan(before);
        model.Density(fresh, 1).Should().BeGreaterThan(10 * model.Density(scanned, 1));
    }

    [Fact]
    public void AgeStart_AllBins_IsWhereTheBinBegins()
    {
        ReuseModel.AgeStart(3).Should().Be(3);
        ReuseModel.AgeStart(4).Should().Be(4);
        ReuseModel.AgeStart(9).Should().Be(10);
        Enumerable.Range(0, 111).Should().OnlyContain(bin => ReuseModel.AgeStart(bin) < ReuseModel.AgeStart(bin + 1));
    }
}
