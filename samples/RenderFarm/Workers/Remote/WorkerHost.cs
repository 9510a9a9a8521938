using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RenderFarm.Scenes;
using Vouch;
using Vouch.Security.Replay;
using Vouch.Security.Signing;

namespace RenderFarm.Workers.Remote;

/// <summary>One worker of the farm as a process of its own: renders tiles for whoever signs the request with its key, and signs its answers.</summary>
/// <remarks>It ends when its standard input does. A worker whose machine crashes takes its process with it.</remarks>
internal static class WorkerHost
{
    /// <summary>Where tiles are asked for.</summary>
    public const string TilesPath = "tiles";

    private const int MaxRequestBytes = 4096;

    /// <summary>Runs a worker until its input ends.</summary>
    /// <param name="input">Holds the <see cref="WorkerOrder"/> as one line of JSON; the worker ends when it ends.</param>
    /// <param name="output">Is told the port.</param>
    /// <param name="cancellationToken">Ends the worker as well.</param>
    /// <returns>The process's exit status.</returns>
    public static async Task<int> RunAsync(TextReader input, TextWriter output, CancellationToken cancellationToken)
    {
        string? line = await input.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        WorkerOrder? order = line is null ? null : JsonSerializer.Deserialize(line, WireJson.Default.WorkerOrder);
        if (order is null)
        {
            await Console.Error.WriteLineAsync("A worker is started by the farm, which tells it what to do: run RenderFarm --workers-http.").ConfigureAwait(false);
            return 2;
        }

        WorkerFarm farm = WorkerFarm.Create(SceneLoader.Load(order.Scene).Scene, order.Settings, TimeProvider.System);
        RenderWorker worker = farm.Workers[order.Index];
        byte[] key = Convert.FromBase64String(order.Key);
        using var keys = new KeyRing([SigningKey.FromSecret(worker.Id.Value, key)]);
        using var replays = new ReplayStore();
        await using WebApplication app = Build(worker, keys, replays, order.Diary);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        await output.WriteLineAsync(PortOf(app).ToString(CultureInfo.InvariantCulture)).ConfigureAwait(false);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        while (await input.ReadLineAsync(cancellationToken).ConfigureAwait(false) is not null)
        {
        }

        await app.StopAsync(CancellationToken.None).ConfigureAwait(false);
        return 0;
    }

    private static WebApplication Build(RenderWorker worker, KeyRing keys, ReplayStore replays, string diary)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddVouchRequestSecurity(static options => options.MaxBodyBytes = MaxRequestBytes);
        builder.Services.AddSingleton<IRequestVerifier>(new MessageSignature(keys, replays: replays));
        WebApplication app = builder.Build();
        app.UseVouchSignatures();
        var answers = new StandardWebhook(keys);
        var diaryLock = new Lock();
        app.MapPost("/" + TilesPath, context => RenderAsync(context, worker, answers, entry =>
        {
            lock (diaryLock)
            {
                Diary.Append(diary, entry);
            }
        }));
        return app;
    }

    private static async Task RenderAsync(HttpContext context, RenderWorker worker, StandardWebhook answers, Action<TruthEntry> confess)
    {
        TileOrder? order;
        try
        {
            order = await JsonSerializer.DeserializeAsync(context.Request.Body, WireJson.Default.TileOrder, context.RequestAborted).ConfigureAwait(false);
        }
        catch (JsonException)
        {
            order = null;
        }

        if (order is null)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        TileUnit unit = order.ToUnit();
        byte[] body;
        try
        {
            body = (await worker.ExecuteAsync(unit, context.RequestAborted).ConfigureAwait(false)).ToBytes();
        }
        catch (WorkerCrashedException)
        {
            using Process self = Process.GetCurrentProcess();
            self.Kill();
            return;
        }

        if (worker.Truth.Find(unit.Id) is { } entry)
        {
            confess(entry);
        }

        // Signed with the question's own signature as the id: the answer to this question and to no other.
        string question = context.Request.Headers[MessageSignature.SignatureHeader].ToString();
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        char[] signature = new char[StandardWebhook.SignatureLength];
        if (!answers.TrySign(question, now, body, signature))
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return;
        }

        context.Response.ContentType = "application/octet-stream";
        context.Response.ContentLength = body.Length;
        context.Response.Headers[StandardWebhook.IdHeader] = question;
        context.Response.Headers[StandardWebhook.TimestampHeader] = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        context.Response.Headers[StandardWebhook.SignatureHeader] = new string(signature);
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static int PortOf(WebApplication app) =>
        new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()).Port;
}
