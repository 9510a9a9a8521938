using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace Vouch.Architecture.Tests;

/// <summary>Each package's registration works alone, twice, and together with all others.</summary>
public sealed class RegistrationTests
{
    // Pure functions and test tools: nothing to register.
    private static readonly string[] WithoutServices = ["Vouch.Core", "Vouch.Statistics", "Vouch.Testing"];

    public static TheoryData<string> Names => [.. Package.All.Select(package => package.Name).Except(WithoutServices)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Package_HasItsRegistrations(string name)
    {
        Registrations(name).Should().NotBeEmpty($"{name} offers AddVouch...(IServiceCollection) in namespace Vouch");
        BuilderRegistrations(name).Should().NotBeEmpty($"{name} offers Add...(IVouchBuilder, Action<TOptions>? configure = null)");
        Registrations(name).Concat(BuilderRegistrations(name)).Should().OnlyContain(method => method.DeclaringType!.Namespace == "Vouch");
        foreach (MethodInfo method in Registrations(name))
        {
            string[] overloads = [.. method.DeclaringType!.GetMethods().Where(other => other.Name == method.Name && other.GetParameters().Length == 2)
                .Select(other => other.GetParameters()[1].ParameterType.Name)];
            overloads.Should().Contain("Action`1", $"{method.Name} has an overload that takes Action<TOptions>")
                .And.Contain("IConfiguration", $"{method.Name} has an overload that takes a configuration section");
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void ServiceCollectionMethods_CalledTwice_AddOnceAndBuild(string name)
    {
        foreach (MethodInfo method in Registrations(name))
        {
            RequireIdempotent(method.Name, services => method.Invoke(null, [services]));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void BuilderMethods_CalledTwice_AddOnceAndBuild(string name)
    {
        foreach (MethodInfo method in BuilderRegistrations(name))
        {
            object?[] rest = new object?[method.GetParameters().Length - 1];
            RequireIdempotent(method.Name, services => services.AddVouch(builder => method.Invoke(null, [builder, .. rest])));
        }
    }

    [Fact]
    public void AllPackages_Together_BuildInAnyOrder()
    {
        MethodInfo[] all = [.. Package.All.SelectMany(package => Registrations(package.Name))];

        RequireIdempotent("all", services => Array.ForEach(all, method => method.Invoke(null, [services])));
        RequireIdempotent("all reversed", services => Array.ForEach([.. all.Reverse()], (MethodInfo method) => method.Invoke(null, [services])));
    }

    private static void RequireIdempotent(string what, Action<IServiceCollection> register)
    {
        var services = new ServiceCollection();
        register(services);
        string[] once = Describe(services);
        register(services);

        // Configuration callbacks add up by design: each call's callback runs. Everything else is registered once.
        Describe(services).Should().Equal(once, $"{what} called twice adds nothing twice");
        FluentActions.Invoking(() => services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true }).Dispose())
            .Should().NotThrow($"{what} registers everything its services need");
    }

    private static string[] Describe(IServiceCollection services) =>
        [.. services.Where(service => !service.ServiceType.Name.StartsWith("IConfigureOptions", StringComparison.Ordinal))
            .Select(service => service.IsKeyedService ? $"{service.ServiceType} {service.ServiceKey}" : $"{service.ServiceType} {service.ImplementationType}")];

    private static MethodInfo[] Registrations(string name) =>
        [.. StaticMethods(name).Where(method => method.Name.StartsWith("AddVouch", StringComparison.Ordinal)
            && method.GetParameters() is [{ } only] && only.ParameterType == typeof(IServiceCollection))];

    private static MethodInfo[] BuilderRegistrations(string name) =>
        [.. StaticMethods(name).Where(method => method.Name.StartsWith("Add", StringComparison.Ordinal)
            && method.GetParameters() is [{ } first, .. { } rest] && first.ParameterType == typeof(IVouchBuilder)
            && rest.All(parameter => parameter.HasDefaultValue && parameter.DefaultValue is null))];

    private static IEnumerable<MethodInfo> StaticMethods(string name) =>
        new Package(name).Assembly.GetExportedTypes().SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static)).Where(method => !method.IsGenericMethod);
}
