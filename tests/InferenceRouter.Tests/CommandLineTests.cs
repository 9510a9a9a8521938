using InferenceRouter.Serving;
using System.Text;
using Microsoft.Extensions.Configuration;
using Vouch.Optimizer.Endpoints;

namespace InferenceRouter.Tests;

public sealed class CommandLineTests
{
    [Fact]
    public void Example_Written_IsAConfigurationThatLoads()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(ExampleConfiguration.Text()))).Build();

        EndpointRegistry registry = EndpointRegistry.From(configuration.GetSection("Router"));

        registry.Digest.Should().Be(EndpointRegistry.Example.Digest);
    }

    [Theory]
    [InlineData("replay", "--data", "/nowhere")]
    [InlineData("serve", "--config", "/nowhere.json")]
    [InlineData("dance")]
    public async Task Run_BadInput_EndsWithTwo(params string[] arguments) => (await CommandLine.RunAsync(arguments)).Should().Be(2);
}
