using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch;
using Vouch.Core.Models;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;
using Vouch.Resilience.Calls;
using Vouch.Statistics.Intervals;
using Vouch.Testing;
using Vouch.TrimTest;

// Touches every package in a trimmed program: what the linker took away by mistake shows here.
string folder = Directory.CreateTempSubdirectory("vouch-trim-").FullName;
var services = new ServiceCollection();
services.AddVouch(vouch => vouch.AddOptimizer().AddTrust().AddSqliteAuditLog(sqlite => sqlite.Path = Path.Combine(folder, "audit.db")).AddEconomy().AddResilience().AddAnomalyDetection().AddCaching().AddObservability().AddSecurity().AddExecution());
services.AddSingleton(new EndpointCatalog(EndpointRegistry.Example));
services.AddSingleton<IOutcomePredictor, EvenPredictor>();
IConfiguration configuration = new ConfigurationBuilder()
    .AddInMemoryCollection([new("Calls:AttemptTimeout", "00:00:07"), new("Calls:MaxRetries", "1")])
    .Build();
services.AddVouchResilience(configuration.GetSection("Calls"));

using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
int resolved = 0;
foreach (ServiceDescriptor service in services)
{
    if (service is { IsKeyedService: false, ServiceType: { IsGenericTypeDefinition: false, Namespace: { } space } } && space.StartsWith("Vouch", StringComparison.Ordinal))
    {
        _ = provider.GetRequiredService(service.ServiceType);
        resolved++;
    }
}

Require(resolved >= 8, $"{resolved} services resolved");

WorkerCallOptions calls = provider.GetRequiredService<IOptions<WorkerCallOptions>>().Value;
Require(calls.AttemptTimeout == TimeSpan.FromSeconds(7) && calls.MaxRetries == 1, "options bound from configuration");
RequireRefused(() =>
{
    var broken = new ServiceCollection();
    broken.AddVouchResilience(options => options.MaxRetries = -1);
    using ServiceProvider other = broken.BuildServiceProvider();
    _ = other.GetRequiredService<IOptions<WorkerCallOptions>>().Value;
});

Require(Policies.Digest(0.001) == Policies.Digest(1e-3) && Policies.Digest(0.001) != Policies.Digest(0.002), "policy digest");
Require(Policies.RoundTrips(new Evidence("Wilson", 10, true, new ConfidenceInterval(0.1, 0, 0.4, 0.95, "Wilson", 10))), "evidence through JSON");
Require(BinomialInterval.Wilson(1, 10, 0.95).Upper is > 0.1 and < 0.5, "statistics");

var worker = new FakeWorker<int, int>(new WorkerId("w"), unit => unit * 2, WorkerBehavior<int, int>.Honest, timeProvider: new ManualTimeProvider());
Require(await worker.ExecuteAsync(21, CancellationToken.None) == 42, "fake worker");

provider.Dispose();
Directory.Delete(folder, recursive: true);
Console.WriteLine("trim test passed");
return 0;

static void Require(bool condition, string what)
{
    Console.WriteLine($"{(condition ? "ok    " : "FAILED")} {what}");
    if (!condition)
    {
        Environment.Exit(1);
    }
}

static void RequireRefused(Action action)
{
    try
    {
        action();
        Require(false, "a bad option is refused");
    }
    catch (OptionsValidationException exception)
    {
        Require(exception.Message.Contains("MaxRetries", StringComparison.Ordinal), $"a bad option is refused: {exception.Message}");
    }
}
