using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Tests;

public class AnomalyDetectionServiceCollectionExtensionsTests
{
    [Fact]
    public void AddVouchAnomalyDetection_Configuration_BindsAndValidates()
    {
        IConfiguration Section(string budget) => new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["FalseAlarmBudget"] = budget }).Build();
        var services = new ServiceCollection();
        services.AddVouchAnomalyDetection(Section("3"));
        using ServiceProvider provider = Build(services);

        provider.GetRequiredService<IOptions<DetectorOptions>>().Value.FalseAlarmBudget.Should().Be(3);

        var bad = new ServiceCollection();
        bad.AddVouchAnomalyDetection(Section("0"));
        using ServiceProvider refusing = Build(bad);
        refusing.Invoking(p => p.GetRequiredService<IOptions<DetectorOptions>>().Value)
            .Should().Throw<OptionsValidationException>().WithMessage("*FalseAlarmBudget*");
    }

    private static ServiceProvider Build(ServiceCollection services) =>
        services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
}
