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
        byte scanned = ReuseModel.Once(row: 64, known: 0);
        byte fresh = ReuseModel.Once(row: 1, known: 20);
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
    public void LastOfRow_NewKey_IsAKindOfItsOwn()
    {
        byte[] news = [.. from row in new uint[] { 1, 5, 20, 100 } from known in new uint[] { 0, 9 } select ReuseModel.Once(row, known)];

        news.Select(ReuseModel.LastOfRow).Concat(news).Should().OnlyHaveUniqueItems();
        ReuseModel.LastOfRow(ReuseModel.LastOfRow(news[0])).Should().Be(ReuseModel.LastOfRow(news[0]));
    }

    [Fact]
    public void LastOfRow_KeyReadBefore_StaysOfItsKind()
    {
        byte again = ReuseModel.Again(ReuseModel.Once(1, 0), 1000, coin: false);

        ReuseModel.LastOfRow(again).Should().Be(again);
    }

    // A conversation of forty pieces that goes on is one event, forty popular keys are forty: the same reads of one kind, beside those of another, say less when they came as one run.
    [Fact]
    public void Learn_ReadsOfOneRun_AreBelievedLessThanSingleOnes()
    {
        Advantage(inRuns: true).Should().BeLessThan(0.9f * Advantage(inRuns: false));

        static float Advantage(bool inRuns)
        {
            var model = new ReuseModel();
            byte popular = ReuseModel.Once(1, 0);
            byte other = ReuseModel.Once(1, 9);
            for (int i = 0; i < 200; i++)
            {
                if (i < 40)
                {
                    model.Read(popular, 1000);
                }

                if (!inRuns)
                {
                    model.Read(ReuseModel.Again(popular, 10, coin: false), 10);
                }

                model.Waiting(i % 2 == 0 ? popular : other, 2000, 1);
            }

            for (int i = 0; inRuns && i < 200; i++)
            {
                model.Read(ReuseModel.Again(popular, 10, coin: false), 10);
            }

            model.Learn(500, keep: 1);
            return model.Density(popular, 900) / model.Density(other, 900);
        }
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
