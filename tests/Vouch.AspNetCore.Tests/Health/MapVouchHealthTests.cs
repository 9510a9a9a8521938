using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Vouch.Observability.Health;

namespace Vouch.AspNetCore.Tests.Health;

/// <summary>A real Kestrel on the loopback interface.</summary>
public sealed class MapVouchHealthTests
{
    private const string Canary = "Server=db;Password=canary-7f3a";

    [Theory]
    [InlineData("/health", "Healthy")]
    [InlineData("/ready", "Healthy")]
    [InlineData("/alive", "Healthy")]
    public async Task Get_AllWell_IsOkAsOneWord(string path, string word)
    {
        await using WebApplication app = await StartAsync(checks => checks.AddCheck("disk", () => HealthCheckResult.Healthy()));
        using HttpClient client = Client(app);

        HttpResponseMessage response = await client.GetAsync(path);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.Should().Be("text/plain");
        (await response.Content.ReadAsStringAsync()).Should().Be(word);
    }

    [Fact]
    public async Task Get_CriticalCheckFails_IsUnavailableButAlive()
    {
        await using WebApplication app = await StartAsync(checks => checks.AddCheck("database", () => HealthCheckResult.Unhealthy(Canary)));
        using HttpClient client = Client(app);

        (await client.GetAsync("/health")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/ready")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/api/health")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/api/ready")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/alive")).StatusCode.Should().Be(HttpStatusCode.OK, "a restart would not bring the database back");
    }

    [Fact]
    public async Task Get_CheckTaggedLiveFails_IsNotAliveButReady()
    {
        await using WebApplication app = await StartAsync(checks => checks.AddCheck("loop", () => HealthCheckResult.Unhealthy(), [HealthTags.Liveness]));
        using HttpClient client = Client(app);

        (await client.GetAsync("/alive")).StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await client.GetAsync("/ready")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Get_AuxiliaryCheckFails_IsDegradedAndOk()
    {
        await using WebApplication app = await StartAsync(checks => checks
            .AddCheck("database", () => HealthCheckResult.Healthy())
            .AddCheck("cache", new Answering(HealthCheckResult.Degraded()), HealthStatus.Degraded));
        using HttpClient client = Client(app);

        HttpResponseMessage response = await client.GetAsync("/health");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await response.Content.ReadAsStringAsync()).Should().Be("Degraded");
    }

    [Fact]
    public async Task GetApi_AFailure_NamesStatesAndReasonsWorstFirstWithoutItsOwnWords()
    {
        await using WebApplication app = await StartAsync(checks => checks
            .AddCheck("fine", () => HealthCheckResult.Healthy(Canary))
            .AddCheck("database", new Throwing())
            .AddCheck("cache", new Answering(HealthCheckResult.Unhealthy(Canary, new IOException(Canary), new Dictionary<string, object> { ["connection"] = Canary })), HealthStatus.Degraded));
        using HttpClient client = Client(app);

        HttpResponseMessage response = await client.GetAsync("/api/health");
        string text = await response.Content.ReadAsStringAsync();
        JsonElement json = JsonDocument.Parse(text).RootElement;

        text.Should().NotContain("canary");
        response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        json.GetProperty("status").GetString().Should().Be("unhealthy");
        json.GetProperty("score").GetDouble().Should().Be(0);
        json.GetProperty("reasons")[0].GetString().Should().Be("database is unhealthy: its check failed");
        json.GetProperty("components").EnumerateArray().Select(component => component.GetProperty("name").GetString()).Should().Equal("database", "fine", "cache");
        json.GetProperty("components")[0].GetProperty("cause").GetString().Should().Be("threw");
        json.GetProperty("components")[0].TryGetProperty("description", out _).Should().BeFalse();
    }

    [Fact]
    public async Task GetApi_DescriptionsAskedFor_ShowsThemAndTheTypeOfErrors()
    {
        await using WebApplication app = await StartAsync(
            checks => checks.AddCheck("cache", () => HealthCheckResult.Unhealthy("cold")).AddCheck("database", new Throwing()),
            options => options.Health.ShowDescriptions = true);
        using HttpClient client = Client(app);

        string text = await (await client.GetAsync("/api/health")).Content.ReadAsStringAsync();

        text.Should().Contain("\"description\":\"cold\"").And.Contain("\"error\":\"InvalidOperationException\"").And.NotContain("canary");
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/ready")]
    [InlineData("/alive")]
    [InlineData("/api/health")]
    [InlineData("/api/ready")]
    public async Task Get_Any_IsNeverStored(string path)
    {
        await using WebApplication app = await StartAsync(_ => { });
        using HttpClient client = Client(app);

        HttpResponseMessage response = await client.GetAsync(path);

        response.Headers.CacheControl!.NoStore.Should().BeTrue();
        response.Headers.CacheControl.NoCache.Should().BeTrue();
        response.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
    }

    [Fact]
    public async Task Head_Any_HasTheHeadersOfGetAndNoBody()
    {
        await using WebApplication app = await StartAsync(_ => { });
        using HttpClient client = Client(app);

        using var request = new HttpRequestMessage(HttpMethod.Head, "/health");
        HttpResponseMessage response = await client.SendAsync(request);

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        response.Content.Headers.ContentLength.Should().Be(7);
        (await response.Content.ReadAsByteArrayAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task Post_Any_IsNotAllowed()
    {
        await using WebApplication app = await StartAsync(_ => { });
        using HttpClient client = Client(app);

        (await client.PostAsync("/health", null)).StatusCode.Should().Be(HttpStatusCode.MethodNotAllowed);
    }

    [Fact]
    public async Task Get_JsonAccepted_IsJson()
    {
        await using WebApplication app = await StartAsync(_ => { });
        using HttpClient client = Client(app);
        client.DefaultRequestHeaders.Add("Accept", "application/json");

        HttpResponseMessage response = await client.GetAsync("/ready");

        response.Content.Headers.ContentType!.MediaType.Should().Be("application/json");
        response.Headers.Vary.Should().Contain("Accept");
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("status").GetString().Should().Be("healthy");
    }

    [Fact]
    public async Task Get_HangingCheck_IsAnsweredAtItsDeadline()
    {
        var never = new TaskCompletionSource<HealthCheckResult>();
        await using WebApplication app = await StartAsync(checks => checks.Add(new HealthCheckRegistration("stuck", new Hanging(never.Task), null, null, TimeSpan.FromMilliseconds(50))));
        using HttpClient client = Client(app);

        HttpResponseMessage response = await client.GetAsync("/api/health").WaitAsync(TimeSpan.FromSeconds(20));

        response.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        (await response.Content.ReadAsStringAsync()).Should().Contain("\"cause\":\"timed_out\"");
        never.SetResult(HealthCheckResult.Healthy());
    }

    [Fact]
    public async Task Get_PathsChanged_AreServedThere()
    {
        await using WebApplication app = await StartAsync(_ => { }, options => (options.Health.HealthPath, options.Health.ReadyPath) = ("/status", ""));
        using HttpClient client = Client(app);

        (await client.GetAsync("/status")).StatusCode.Should().Be(HttpStatusCode.OK);
        (await client.GetAsync("/health")).StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await client.GetAsync("/ready")).StatusCode.Should().Be(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Get_ManyAtOnce_RunsTheCheckOnce()
    {
        int runs = 0;
        var gate = new TaskCompletionSource<HealthCheckResult>();
        await using WebApplication app = await StartAsync(checks => checks.Add(new HealthCheckRegistration("slow", _ => new Counting(() => Interlocked.Increment(ref runs), gate.Task), null, null)));
        using HttpClient client = Client(app);

        Task<HttpResponseMessage>[] requests = [.. Enumerable.Range(0, 20).Select(_ => client.GetAsync("/health"))];
        gate.SetResult(HealthCheckResult.Healthy());
        HttpResponseMessage[] responses = await Task.WhenAll(requests);

        responses.Should().OnlyContain(response => response.StatusCode == HttpStatusCode.OK);
        runs.Should().Be(1, "one flight, and its result answers for a second");
    }

    private static async Task<WebApplication> StartAsync(Action<IHealthChecksBuilder> checks, Action<AspNetCoreOptions>? configure = null)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        checks(builder.Services.AddHealthChecks());
        builder.Services.AddVouchAspNetCore(configure ?? (_ => { })).AddVouchObservability(options => options.Health.WatchResources = false);
        builder.Services.Configure<Observability.ObservabilityOptions>(options => options.Health.MinimumInterval = TimeSpan.FromMinutes(1));
        WebApplication app = builder.Build();
        app.MapVouchHealth();
        await app.StartAsync();
        return app;
    }

    private static HttpClient Client(WebApplication app) => new() { BaseAddress = new Uri(app.Urls.First()) };

    private sealed class Hanging(Task<HealthCheckResult> task) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => task;
    }

    private sealed class Throwing : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => throw new InvalidOperationException(Canary);
    }

    private sealed class Answering(HealthCheckResult result) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(result);
    }

    private sealed class Counting(Action count, Task<HealthCheckResult> task) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            count();
            return task;
        }
    }
}
