using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace RenderFarm.Workers.Remote;

/// <summary>The farm's workers as processes of their own, reached by signed HTTP on loopback.</summary>
/// <remarks>
/// Each process is told on its standard input which worker it is, and ends when that closes: however this process ends, none of them stays behind. Each shares a key of its own with this
/// process. They keep diaries in files, which are read into the farm's truth after the job.
/// </remarks>
internal sealed class RemoteFarm : IAsyncDisposable
{
    private const int KeyBytes = 32;

    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(5);

    private readonly List<(Process Process, HttpWorker Worker)> _workers = [];
    private readonly WorkerFarm _farm;
    private readonly string _diaries;

    private RemoteFarm(WorkerFarm farm, string diaries)
    {
        _farm = farm;
        _diaries = diaries;
    }

    /// <summary>Gets the workers, in the farm's order.</summary>
    public IReadOnlyList<HttpWorker> Workers => [.. _workers.Select(static entry => entry.Worker)];

    /// <summary>Starts a process for each worker of a farm and waits until all of them listen.</summary>
    /// <param name="farm">Who is what.</param>
    /// <param name="settings">What the farm was made of: every process makes it anew.</param>
    /// <param name="scene">The scene's name or file.</param>
    /// <param name="folder">Where the diaries go.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="IOException">A process did not start.</exception>
    public static async Task<RemoteFarm> StartAsync(WorkerFarm farm, FarmSettings settings, string scene, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var remote = new RemoteFarm(farm, folder);
        try
        {
            for (int index = 0; index < farm.Workers.Count; index++)
            {
                remote._workers.Add(await remote.StartOneAsync(index, settings, scene, cancellationToken).ConfigureAwait(false));
            }

            foreach ((Process process, HttpWorker worker) in remote._workers)
            {
                worker.Connect(await PortOfAsync(process, worker, cancellationToken).ConfigureAwait(false));
            }

            return remote;
        }
        catch (Exception)
        {
            await remote.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Reads what the workers wrote about themselves. For the report alone.</summary>
    public void ReadDiaries()
    {
        foreach (RenderWorker worker in _farm.Workers)
        {
            Diary.ReadInto(DiaryOf(worker), worker);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((Process process, HttpWorker worker) in _workers)
        {
            worker.Dispose();
            process.StandardInput.Close();
        }

        using var patience = new CancellationTokenSource(EndTime);
        foreach ((Process process, _) in _workers)
        {
            try
            {
                await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                process.Kill();
            }

            process.Dispose();
        }

        _workers.Clear();
    }

    private static async Task<int> PortOfAsync(Process process, HttpWorker worker, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(StartTime);
        try
        {
            string? line = await process.StandardOutput.ReadLineAsync(patience.Token).ConfigureAwait(false);
            if (line is not null && int.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out int port))
            {
                return port;
            }

            throw new IOException($"The process of {worker.Id} ended before it listened: '{line ?? await process.StandardError.ReadToEndAsync(patience.Token).ConfigureAwait(false)}'.");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"The process of {worker.Id} did not listen within {StartTime.TotalSeconds:0} s.");
        }
    }

    /// <summary>This program, as it can be started from a tool, a test or its own folder.</summary>
    private static ProcessStartInfo Self()
    {
        string assembly = typeof(RemoteFarm).Assembly.Location;
        string program = Path.ChangeExtension(assembly, OperatingSystem.IsWindows() ? ".exe" : null);
        return File.Exists(program) ? new ProcessStartInfo(program) : new ProcessStartInfo("dotnet", [assembly]);
    }

    private async Task<(Process Process, HttpWorker Worker)> StartOneAsync(int index, FarmSettings settings, string scene, CancellationToken cancellationToken)
    {
        RenderWorker worker = _farm.Workers[index];
        byte[] key = RandomNumberGenerator.GetBytes(KeyBytes);
        ProcessStartInfo start = Self();
        start.ArgumentList.Add(CommandLine.WorkerCommand);
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.UseShellExecute = false;
        Process process = Process.Start(start) ?? throw new IOException($"The process of {worker.Id} did not start.");
        var order = new WorkerOrder(
            scene,
            settings.Workers,
            settings.CheaterShare,
            settings.Seed,
            (settings.LateBy ?? TimeSpan.Zero).TotalSeconds,
            settings.RaysPerSecond ?? double.PositiveInfinity,
            index,
            Convert.ToBase64String(key),
            DiaryOf(worker));
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order, WireJson.Default.WorkerOrder).AsMemory(), cancellationToken).ConfigureAwait(false);
        await process.StandardInput.FlushAsync(cancellationToken).ConfigureAwait(false);
        return (process, new HttpWorker(worker.Id, key));
    }

    private string DiaryOf(RenderWorker worker) => Path.GetFullPath(Path.Combine(_diaries, worker.Id + ".jsonl"));
}
