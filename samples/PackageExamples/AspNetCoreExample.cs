using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Vouch;

namespace PackageExamples;

/// <summary>The program of the README of Vouch.AspNetCore.</summary>
public static class AspNetCoreExample
{
    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        #region readme
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddHealthChecks().AddCheck("queue", () => HealthCheckResult.Degraded("700 jobs wait"));
        builder.Services.AddVouchAspNetCore();

        await using WebApplication app = builder.Build();
        app.MapVouchHealth();
        await app.StartAsync();

        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        Console.WriteLine(await client.GetStringAsync("/ready"));       // Degraded, with status 200
        Console.WriteLine(await client.GetStringAsync("/api/health"));  // score, reasons and components, as JSON
        #endregion
    }
}
