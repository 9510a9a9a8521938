using Microsoft.Extensions.DependencyInjection;
using Vouch.Testing;

namespace Vouch.Core.Tests;

public sealed class VouchServiceCollectionExtensionsTests
{
    [Fact]
    public void AddVouch_Twice_AddsTheClockOnceAndRunsEachCallback()
    {
        var services = new ServiceCollection();
        int calls = 0;

        services.AddVouch(vouch =>
        {
            calls++;
            vouch.Services.Should().BeSameAs(services);
        }).Should().BeSameAs(services);
        services.AddVouch(_ => calls++);

        calls.Should().Be(2);
        services.Should().ContainSingle();
        using ServiceProvider provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
        provider.GetRequiredService<TimeProvider>().Should().BeSameAs(TimeProvider.System);
    }

    [Fact]
    public void AddVouch_ClockIsThere_KeepsIt()
    {
        var clock = new ManualTimeProvider();
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);

        services.AddVouch(_ => { });

        using ServiceProvider provider = services.BuildServiceProvider();
        provider.GetRequiredService<TimeProvider>().Should().BeSameAs(clock);
    }

    [Fact]
    public void AddVouch_Null_Throws()
    {
        FluentActions.Invoking(() => VouchServiceCollectionExtensions.AddVouch(null!, _ => { })).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => new ServiceCollection().AddVouch(null!)).Should().Throw<ArgumentNullException>();
    }
}
