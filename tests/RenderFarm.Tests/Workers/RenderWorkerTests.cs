using System.Numerics;
using RenderFarm.Scenes;
using RenderFarm.Tracing;
using RenderFarm.Workers;
using Vouch.Core.Models;

namespace RenderFarm.Tests.Workers;

public class RenderWorkerTests
{
    private static readonly RenderScene Scene = CornellBox.Build();

    [Fact]
    public async Task ExecuteAsync_HonestWorkers_AgreeInMeanButNotInNoise()
    {
        TileUnit unit = Unit(3, samples: 64);

        TileImage first = await new RenderWorker(new WorkerId("a"), Scene, 1).ExecuteAsync(unit, CancellationToken.None);
        TileImage again = await new RenderWorker(new WorkerId("a"), Scene, 1).ExecuteAsync(unit, CancellationToken.None);
        TileImage second = await new RenderWorker(new WorkerId("b"), Scene, 1).ExecuteAsync(unit, CancellationToken.None);

        again.Rgb.Should().Equal(first.Rgb);
        second.Rgb.Should().NotEqual(first.Rgb);
        second.Rgb.Average().Should().BeApproximately(first.Rgb.Average(), 0.05f * first.Rgb.Average());
        first.MismatchWith(unit).Should().BeNull();
    }

    [Theory]
    [InlineData(nameof(Misconduct.TooFewSamples))]
    [InlineData(nameof(Misconduct.UpscaledLowResolution))]
    [InlineData(nameof(Misconduct.StaleTile))]
    [InlineData(nameof(Misconduct.Tinted))]
    [InlineData(nameof(Misconduct.Blank))]
    [InlineData(nameof(Misconduct.Colluding))]
    [InlineData(nameof(Misconduct.Denoised))]
    [InlineData(nameof(Misconduct.NotANumber))]
    [InlineData(nameof(Misconduct.WrongSize))]
    [InlineData(nameof(Misconduct.AnotherUnit))]
    public async Task ExecuteAsync_EveryCheat_SendsSomethingElseTheSameEachTimeAndNotesIt(string name)
    {
        Misconduct kind = Enum.Parse<Misconduct>(name);
        RenderWorker Cheat() => new(new WorkerId("x"), Scene, 1, new Opportunist(9, 1, kind));
        TileUnit unit = Unit(3, samples: 32);
        RenderWorker worker = Cheat();

        TileImage sent = await worker.ExecuteAsync(unit, CancellationToken.None);
        TileImage again = await Cheat().ExecuteAsync(unit, CancellationToken.None);
        TileImage honest = await new RenderWorker(new WorkerId("x"), Scene, 1).ExecuteAsync(unit, CancellationToken.None);

        again.Rgb.Should().Equal(sent.Rgb);
        sent.Rgb.Should().NotEqual(honest.Rgb);
        worker.Truth.Find(unit.Id)!.Kind.Should().Be(kind);
        worker.Truth.Find(unit.Id)!.Sent.Should().BeSameAs(sent);
        bool visibleByForm = kind is Misconduct.NotANumber or Misconduct.WrongSize or Misconduct.AnotherUnit;
        (sent.MismatchWith(unit) is not null).Should().Be(visibleByForm);
    }

    [Fact]
    public async Task ExecuteAsync_CheatsOfEachKind_HaveTheirSignature()
    {
        TileUnit unit = Unit(3, samples: 64);
        float[] clean = Renderer.Render(Scene, Scene.Camera, 64, 64, unit.Region, 1000, 6, 77, CancellationToken.None, threads: 2).Rgb;
        double Error(float[] rgb) => Math.Sqrt(rgb.Zip(clean).Average(pair => Math.Pow(pair.First - pair.Second, 2)));
        async Task<float[]> Send(params Misconduct[] kinds) =>
            (await new RenderWorker(new WorkerId("x"), Scene, 1, kinds.Length == 0 ? null : new Opportunist(9, 1, kinds)).ExecuteAsync(unit, CancellationToken.None)).Rgb;
        double honest = Error(await Send());

        Error(await Send(Misconduct.TooFewSamples)).Should().BeInRange(1.5 * honest, 2.6 * honest, "a quarter of the samples doubles the noise");
        Error(await Send(Misconduct.Blank)).Should().BeGreaterThan(3 * honest);
        Error(await Send(Misconduct.StaleTile)).Should().BeGreaterThan(2 * honest);
        float[] tinted = await Send(Misconduct.Tinted);
        double[] casts = [.. Enumerable.Range(0, 3).Select(channel => Math.Abs(Mean(tinted, channel) / Mean(clean, channel) - 1)).Order()];
        casts[1].Should().BeGreaterThan(0.05);
    }

    [Fact]
    public async Task ExecuteAsync_Colluders_SendTheSameForgery()
    {
        var first = new RenderWorker(new WorkerId("a"), Scene, 1, new Colluder(99, 1));
        var second = new RenderWorker(new WorkerId("b"), Scene, 1, new Colluder(99, 1));

        TileImage one = await first.ExecuteAsync(Unit(2), CancellationToken.None);
        TileImage two = await second.ExecuteAsync(Unit(2), CancellationToken.None);

        two.Rgb.Should().Equal(one.Rgb);
        one.UnitId.Should().Be(two.UnitId);
    }

    [Fact]
    public async Task ExecuteAsync_Turncoat_IsHonestForItsFirstUnitsOnly()
    {
        var worker = new RenderWorker(new WorkerId("t"), Scene, 1, new Turncoat(3, new Opportunist(1, 1, Misconduct.Blank)));

        foreach (int index in new[] { 0, 1, 1, 2, 3, 4, 0 })
        {
            await worker.ExecuteAsync(Unit(index), CancellationToken.None);
        }

        worker.Truth.Entries.Select(entry => entry.Kind).Should().Equal(Misconduct.None, Misconduct.None, Misconduct.None, Misconduct.Blank, Misconduct.Blank);
    }

    [Fact]
    public async Task ExecuteAsync_Crasher_DiesForGood()
    {
        var worker = new RenderWorker(new WorkerId("c"), Scene, 1, reliability: new Crasher(2));
        await worker.ExecuteAsync(Unit(0), CancellationToken.None);
        await worker.ExecuteAsync(Unit(1), CancellationToken.None);

        foreach (int index in new[] { 2, 0, 3 })
        {
            Func<Task> work = async () => await worker.ExecuteAsync(Unit(index), CancellationToken.None);
            await work.Should().ThrowAsync<WorkerCrashedException>();
        }
    }

    [Fact]
    public async Task ExecuteAsync_SluggardCancelled_StopsWaiting()
    {
        var worker = new RenderWorker(new WorkerId("s"), Scene, 1, reliability: new Sluggard(1, 1, TimeSpan.FromDays(1), TimeProvider.System));
        using var source = new CancellationTokenSource();
        Task<TileImage> answer = worker.ExecuteAsync(Unit(0), source.Token).AsTask();

        answer.IsCompleted.Should().BeFalse();
        await source.CancelAsync();

        Func<Task> wait = () => answer;
        await wait.Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public void ExecuteAsync_Hanger_NeverAnswersWhateverTheToken()
    {
        var worker = new RenderWorker(new WorkerId("h"), Scene, 1, reliability: new Hanger(1, 1));

        Task<TileImage> answer = worker.ExecuteAsync(Unit(0), new CancellationToken(canceled: true)).AsTask();

        answer.IsCompleted.Should().BeFalse();
    }

    [Theory]
    [InlineData(12, 1.0 / 3, 4)]
    [InlineData(12, 0, 0)]
    [InlineData(3, 1.0 / 3, 1)]
    [InlineData(6, 1.0 / 3, 2)]
    [InlineData(30, 0.5, 15)]
    [InlineData(1, 1, 1)]
    public void Create_AnySize_DealsOutTheAskedNumberOfCheaters(int workers, double share, int cheaters)
    {
        WorkerFarm farm = WorkerFarm.Create(Scene, new FarmSettings(workers, share, Seed: 5), TimeProvider.System);
        WorkerFarm same = WorkerFarm.Create(Scene, new FarmSettings(workers, share, Seed: 5), TimeProvider.System);

        farm.Workers.Should().HaveCount(workers);
        farm.Workers.Count(worker => worker.IsCheater).Should().Be(cheaters);
        farm.Workers.Select(worker => worker.Id).Should().OnlyHaveUniqueItems();
        same.Workers.Select(worker => worker.Role).Should().Equal(farm.Workers.Select(worker => worker.Role));
    }

    [Fact]
    public async Task Create_DefaultFarm_CheatsInAtLeastSixWays()
    {
        // 64 tiles, each sent to every worker: a pair, a turncoat, an opportunist; a crasher and a slow one among the honest.
        WorkerFarm farm = WorkerFarm.Create(Scene, new FarmSettings(Seed: 3, LateBy: TimeSpan.Zero), TimeProvider.System);
        TileUnit[] units = [.. Enumerable.Range(0, 64).Select(index => Unit(index, samples: 2, size: 4))];
        foreach (RenderWorker worker in farm.Workers.Where(worker => worker.IsCheater))
        {
            foreach (TileUnit unit in units)
            {
                await worker.ExecuteAsync(unit, CancellationToken.None);
            }
        }

        RenderWorker[] cheaters = [.. farm.Workers.Where(worker => worker.IsCheater)];
        cheaters.Should().OnlyContain(worker => worker.Truth.Entries.Count(entry => entry.Kind != Misconduct.None) >= 20);
        cheaters.SelectMany(worker => worker.Truth.Entries).Select(entry => entry.Kind).Where(kind => kind != Misconduct.None).Distinct().Should().HaveCountGreaterThanOrEqualTo(6)
            .And.Contain(Misconduct.Colluding);
        farm.Workers.Count(worker => worker.Role.Contains("crashes")).Should().Be(1);
        farm.Workers.Count(worker => worker.Role.Contains("late")).Should().Be(1);
        farm.Workers.Count(worker => worker.Role.StartsWith("honest for", StringComparison.Ordinal)).Should().Be(1);
        farm.Truth(cheaters[0].Id, units[0].Id).Should().NotBeNull();
    }

    [Fact]
    public async Task FromBytes_WrittenTile_ComesBackBitForBit()
    {
        TileImage tile = await new RenderWorker(new WorkerId("x"), Scene, 1, new Opportunist(9, 1, Misconduct.NotANumber)).ExecuteAsync(Unit(1), CancellationToken.None);
        byte[] bytes = tile.ToBytes();

        TileImage back = TileImage.FromBytes(bytes);

        back.Rgb.Select(BitConverter.SingleToUInt32Bits).Should().Equal(tile.Rgb.Select(BitConverter.SingleToUInt32Bits));
        (back.UnitId, back.Region, back.SamplesPerPixel).Should().Be((tile.UnitId, tile.Region, tile.SamplesPerPixel));
        foreach (int length in new[] { 0, 3, 20, bytes.Length - 1 })
        {
            Action read = () => TileImage.FromBytes(bytes.AsSpan(0, length));
            read.Should().Throw<InvalidDataException>();
        }
    }

    [Fact]
    public void Tiles_SizeThatDoesNotDivide_CoverEveryPixelOnce()
    {
        int[] covered = new int[50 * 30];
        foreach (Rect tile in new FrameInfo(50, 30).Tiles(16))
        {
            for (int y = tile.Y; y < tile.Bottom; y++)
            {
                for (int x = tile.X; x < tile.Right; x++)
                {
                    covered[(y * 50) + x]++;
                }
            }
        }

        covered.Should().OnlyContain(count => count == 1);
    }

    private static TileUnit Unit(int index, int samples = 4, int size = 16)
    {
        Rect[] tiles = [.. new FrameInfo(64, 64).Tiles(size)];
        return new TileUnit(new WorkUnitId($"tile-{index:000}"), new FrameInfo(64, 64), tiles[index % tiles.Length], samples, 6);
    }

    private static double Mean(float[] rgb, int channel) => rgb.Where((_, index) => index % 3 == channel).Average();
}
