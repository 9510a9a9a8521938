using System.Diagnostics.Metrics;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Vouch.Core.Models;
using Vouch.TrustEngine.Acceptance;
using Vouch.TrustEngine.Audit;
using Vouch.TrustEngine.Consensus;
using Vouch.TrustEngine.Diagnostics;
using Vouch.TrustEngine.Imaging;
using Vouch.TrustEngine.Reputation;
using Vouch.TrustEngine.Tests.Audit;

namespace Vouch.TrustEngine.Tests;

public sealed class TrustEngineServiceCollectionExtensionsTests
{
    [Fact]
    public void AddVouchTrust_Twice_ResolvesEverythingOnce()
    {
        IServiceCollection services = new ServiceCollection().AddVouchTrust();
        int count = services.Count;

        using ServiceProvider provider = services.AddVouchTrust().BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        services.Should().HaveCount(count);
        provider.GetRequiredService<INumericConsensus>().Should().BeOfType<WeightedMedianConsensus>();
        provider.GetRequiredService<ICategoricalConsensus>().Should().BeOfType<WeightedVoteConsensus>();
        provider.GetRequiredService<ReputationLedger>().Should().BeSameAs(provider.GetRequiredService<ReputationLedger>());
        provider.GetRequiredService<CredibilityModel>().Should().BeSameAs(provider.GetRequiredService<AcceptancePolicy>().Model);
        provider.GetRequiredService<NoiseAwareFrameCheck>().Should().NotBeNull();
        services.AddVouch(vouch => vouch.AddTrust().AddTrust(options => options.Acceptance.MaxChecks = 3)).Should().BeSameAs(services);
    }

    [Fact]
    public void AddVouchTrust_Configuration_BindsEveryPart()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Consensus:MinVoters"] = "5",
            ["Reputation:Forgetting"] = "0.9",
            ["Acceptance:MaxReplicas"] = "4",
            ["Frames:FalseAlarmRate"] = "0.01",
            ["Audit:Durability"] = "EveryAppend",
        }).Build();

        using ServiceProvider provider = new ServiceCollection().AddVouchTrust(configuration).BuildServiceProvider();

        TrustEngineOptions options = provider.GetRequiredService<IOptions<TrustEngineOptions>>().Value;
        options.Consensus.MinVoters.Should().Be(5);
        options.Reputation.Forgetting.Should().Be(0.9);
        options.Acceptance.MaxReplicas.Should().Be(4);
        options.Frames.FalseAlarmRate.Should().Be(0.01);
        options.Audit.Durability.Should().Be(AuditDurability.EveryAppend);
    }

    [Theory]
    [InlineData("Consensus:ByzantineShare", "0.7", "ByzantineShare")]
    [InlineData("Consensus:MinVoters", "1", "at least 3 voters")]
    [InlineData("Reputation:Forgetting", "1.5", "Forgetting")]
    [InlineData("Acceptance:NewcomerError", "1", "NewcomerError")]
    [InlineData("Audit:Origin", "", "Origin")]
    public void Options_OutOfRange_SayWhatIsAccepted(string key, string value, string says)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { [key] = value }).Build();
        using ServiceProvider provider = new ServiceCollection().AddVouchTrust(configuration).BuildServiceProvider();

        Action act = () => _ = provider.GetRequiredService<IOptions<TrustEngineOptions>>().Value;

        act.Should().Throw<OptionsValidationException>().WithMessage($"*{says}*");
    }

    [Fact]
    public void AddVouchAuditLog_File_OpensAtFirstUseAndClosesWithTheHost()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("audit.log");
        using (ServiceProvider provider = new ServiceCollection().AddVouchAuditLog(path).BuildServiceProvider())
        {
            File.Exists(path).Should().BeFalse();
            provider.GetRequiredService<AuditLog>().Append("decided"u8);
        }

        using AuditLog again = AuditLog.Open(path);
        again.ReadEntry(0).Should().Equal("decided"u8.ToArray());
    }

    [Fact]
    public void Metrics_Listened_CountUnderTheirNames()
    {
        using var folder = new TemporaryFolder();
        using ServiceProvider provider = new ServiceCollection().AddVouchTrust(options => options.Audit.Durability = AuditDurability.EveryAppend)
            .AddVouchAuditLog(folder.File("audit.log")).BuildServiceProvider();
        var seen = new Dictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                // Other tests' meters have the same name; this provider's has its factory as scope.
                if (instrument.Meter.Name == TrustEngineTelemetry.MeterName && ReferenceEquals(instrument.Meter.Scope, provider.GetRequiredService<IMeterFactory>()))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + value);
        listener.SetMeasurementEventCallback<double>((instrument, _, _, _) => seen[instrument.Name] = seen.GetValueOrDefault(instrument.Name) + 1);
        listener.Start();

        var worker = new WorkerId("w");
        provider.GetRequiredService<ReputationLedger>().Record(worker, correct: false);
        provider.GetRequiredService<ReputationLedger>().Record(worker, correct: false);
        provider.GetRequiredService<INumericConsensus>().Decide([new(worker, 1)]);
        provider.GetRequiredService<ICategoricalConsensus>().Decide([new(worker, "A")]);
        provider.GetRequiredService<AuditLog>().Append([1]);

        seen.Should().BeEquivalentTo(new Dictionary<string, long>
        {
            [TrustEngineTelemetry.Observations] = 2,
            [TrustEngineTelemetry.Suspensions] = 1,
            [TrustEngineTelemetry.Decisions] = 2,
            [TrustEngineTelemetry.AuditAppends] = 1,
            [TrustEngineTelemetry.AuditFlushDuration] = 1,
        });
    }
}
