using System.Net;
using RenderFarm.Scenes;
using RenderFarm.Tracing;
using RenderFarm.Workers;
using RenderFarm.Workers.Remote;
using Vouch.Core.Models;
using Vouch.Security.Signing;
using Vouch.TestData;

namespace RenderFarm.Tests.Workers.Remote;

/// <summary>Workers as real processes, over real HTTP on loopback.</summary>
public sealed class RemoteFarmTests : IDisposable
{
    private static readonly FarmSettings Settings = new(Workers: 3, CheaterShare: 1.0 / 3, Seed: 3, LateBy: TimeSpan.Zero, RaysPerSecond: 1e9);
    private static readonly TileUnit Unit = new(new WorkUnitId("tile-000"), new FrameInfo(48, 48), new Rect(0, 0, 16, 16), SamplesPerPixel: 4, MaxBounces: 4);

    private readonly string _folder = Path.Combine(Path.GetTempPath(), "vouch-remote-" + Guid.NewGuid().ToString("N"));
    private readonly RenderScene _scene = CornellBox.Build();

    public void Dispose()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Fact]
    public async Task ExecuteAsync_WorkerInAnotherProcess_SendsThePixelsThatTheSameWorkerSendsHere()
    {
        WorkerFarm farm = WorkerFarm.Create(_scene, Settings, TimeProvider.System);
        WorkerFarm twin = WorkerFarm.Create(_scene, Settings, TimeProvider.System);
        await using RemoteFarm remote = await StartAsync(farm);

        for (int i = 0; i < farm.Workers.Count; i++)
        {
            TileImage there = await remote.Workers[i].ExecuteAsync(Unit, CancellationToken.None);
            TileImage here = await twin.Workers[i].ExecuteAsync(Unit, CancellationToken.None);

            there.UnitId.Should().Be(here.UnitId);
            there.Rgb.Should().Equal(here.Rgb);
        }

        remote.ReadDiaries();
        farm.Workers.Select(static worker => worker.Truth.Find(Unit.Id)!.Kind).Should().Equal(twin.Workers.Select(static worker => worker.Truth.Find(Unit.Id)!.Kind), "each confesses to its diary what it did");
    }

    [Fact]
    public async Task Requests_NotSignedByTheFarm_AreRefusedAllInTheSameWords()
    {
        await using RemoteFarm remote = await StartAsync(WorkerFarm.Create(_scene, Settings, TimeProvider.System));
        Uri address = remote.Workers[0].Address;
        using var unsigned = new HttpClient();
        using var foreignKeys = new KeyRing([SigningKey.FromSecret(remote.Workers[0].Id.Value, Canary.Bytes)]);
        using var foreign = new HttpClient(new SigningHttpMessageHandler(new MessageSignature(foreignKeys), new SocketsHttpHandler()));

        foreach (HttpClient client in new[] { unsigned, foreign })
        {
            using HttpResponseMessage response = await client.PostAsync(new Uri(address, WorkerHost.TilesPath), new StringContent("{}"));

            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            (await response.Content.ReadAsStringAsync()).Should().Be(SignatureVerdict.OutwardText);
        }
    }

    [Fact]
    public async Task Requests_SentTwice_AreAnsweredOnce()
    {
        WorkerFarm farm = WorkerFarm.Create(_scene, Settings, TimeProvider.System);
        await using RemoteFarm remote = await StartAsync(farm);
        using var recorded = new RecordingHandler();
        using var worker = remote.Workers[0].Through(recorded);
        await worker.ExecuteAsync(Unit, CancellationToken.None);

        using var client = new HttpClient();
        using HttpResponseMessage replayed = await client.SendAsync(recorded.Copy());

        replayed.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task DisposeAsync_EndsTheProcesses()
    {
        RemoteFarm remote = await StartAsync(WorkerFarm.Create(_scene, Settings, TimeProvider.System));
        HttpWorker worker = remote.Workers[0];
        Uri address = worker.Address;

        await remote.DisposeAsync();

        using var client = new HttpClient();
        await FluentActions.Awaiting(() => client.GetAsync(address)).Should().ThrowAsync<HttpRequestException>();
    }

    [Fact]
    public async Task ExecuteAsync_WorkerWhoseMachineCrashes_TakesItsProcessWithIt()
    {
        // Among twelve workers one crashes after four tiles.
        var settings = new FarmSettings(Workers: 12, CheaterShare: 1.0 / 3, Seed: 1, LateBy: TimeSpan.Zero, RaysPerSecond: 1e9);
        WorkerFarm farm = WorkerFarm.Create(_scene, settings, TimeProvider.System);
        int crasher = farm.Workers.ToList().FindIndex(static worker => worker.Role.Contains("crashes", StringComparison.Ordinal));
        await using RemoteFarm remote = await RemoteFarm.StartAsync(farm, settings, CornellBox.Name, _folder, CancellationToken.None);
        HttpWorker worker = remote.Workers[crasher];
        for (int i = 0; i < 4; i++)
        {
            await worker.ExecuteAsync(Unit with { Id = new WorkUnitId($"tile-{i}") }, CancellationToken.None);
        }

        for (int i = 0; i < 2; i++)
        {
            await FluentActions.Awaiting(() => worker.ExecuteAsync(Unit with { Id = new WorkUnitId("tile-last") }, CancellationToken.None).AsTask()).Should().ThrowAsync<HttpRequestException>();
        }

        remote.ReadDiaries();
        farm.Workers[crasher].Truth.Entries.Should().HaveCount(4, "a diary outlives its process");
    }

    private Task<RemoteFarm> StartAsync(WorkerFarm farm) => RemoteFarm.StartAsync(farm, Settings, CornellBox.Name, _folder, CancellationToken.None);

    /// <summary>Keeps the last request as it was sent.</summary>
    private sealed class RecordingHandler : DelegatingHandler
    {
        private Uri? _address;
        private byte[] _body = [];
        private KeyValuePair<string, string>[] _headers = [];

        public RecordingHandler()
            : base(new SocketsHttpHandler())
        {
        }

        public HttpRequestMessage Copy()
        {
            var copy = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ByteArrayContent(_body) };
            foreach ((string name, string value) in _headers)
            {
                if (!copy.Headers.TryAddWithoutValidation(name, value))
                {
                    copy.Content.Headers.TryAddWithoutValidation(name, value);
                }
            }

            return copy;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            _address = request.RequestUri;
            _body = await request.Content!.ReadAsByteArrayAsync(cancellationToken);
            _headers = [.. request.Headers.Concat(request.Content.Headers).Where(static header => header.Key != "Content-Length").Select(static header => KeyValuePair.Create(header.Key, string.Join(", ", header.Value)))];
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
