using System.Text;
using Microsoft.Extensions.Configuration;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Tests.Routing;

namespace Vouch.Optimizer.Tests.Endpoints;

public sealed class EndpointRegistryTests
{
    [Fact]
    public void Example_Shipped_HoldsElevenEndpointsInFiveTiers()
    {
        EndpointRegistry example = EndpointRegistry.Example;

        example.Count.Should().Be(11);
        example.Endpoints.Select(endpoint => endpoint.Tier).Distinct().Should().Equal("nano", "small", "medium", "large", "frontier");
        example.TryGet("o1-mini", out Endpoint? o1).Should().BeTrue();
        o1!.Prices.ReasoningFactor.Should().Be(6);
        example.Endpoints.Should().OnlyContain(endpoint => endpoint.Address!.AbsoluteUri.EndsWith('/') && endpoint.KeyName!.EndsWith("_API_KEY"));
    }

    [Fact]
    public void Digest_SameContentOtherSpelling_IsTheSame_AndAnyFieldChangesIt()
    {
        string text = """{"Endpoints":[{"Id":"a","Provider":"p","InputUsdPerMillion":0.10,"OutputUsdPerMillion":1,"ContextTokens":100}]}""";
        EndpointRegistry one = EndpointRegistry.FromJson(Encoding.UTF8.GetBytes(text));

        EndpointRegistry other = EndpointRegistry.FromJson(Encoding.UTF8.GetBytes("""{ "endpoints": [ { "provider":"p", "id":"a", "ContextTokens":100, "outputUsdPerMillion":1.0, "inputUsdPerMillion":0.1, }, ] }"""));
        string[] changed = [text.Replace("0.10", "0.11"), text.Replace("\"p\"", "\"q\""), text.Replace("100}", "101}"), text.Replace("\"a\"", "\"b\""), text.Replace("100}", "100,\"Role\":\"Newcomer\"}")];

        other.Digest.Should().Be(one.Digest);
        changed.Select(json => EndpointRegistry.FromJson(Encoding.UTF8.GetBytes(json)).Digest).Should().OnlyHaveUniqueItems().And.NotContain(one.Digest);
    }

    public static TheoryData<Action<EndpointOptions>, string> Faults => new()
    {
        { o => o.InputUsdPerMillion = null, "Endpoint 'x' (1): InputUsdPerMillion is missing" },
        { o => o.OutputUsdPerMillion = -1, "Endpoint 'x' (1): OutputUsdPerMillion is -1" },
        { o => o.ReasoningUsdPerMillion = 2_000_000, "Endpoint 'x' (1): ReasoningUsdPerMillion is 2000000" },
        { o => o.ReasoningFactor = double.NaN, "Endpoint 'x' (1): ReasoningFactor is NaN" },
        { o => o.ReasoningFactor = 0.5, "Endpoint 'x' (1): ReasoningFactor is 0.5" },
        { o => o.ContextTokens = 0, "Endpoint 'x' (1): ContextTokens is 0" },
        { o => o.MaxOutputTokens = 10_001, "Endpoint 'x' (1): MaxOutputTokens is 10001" },
        { o => o.Address = "ftp://host", "Endpoint 'x' (1): Address is 'ftp://host'" },
        { o => o.Provider = " ", "Endpoint 'x' (1): Provider is missing" },
        { o => o.Id = "", "Endpoint 1: Id is missing" },
        { o => o.Id = "ok", "Endpoint 'ok' (1): Id is that of endpoint 0 too" },
        { o => o.Region = "a\nb", "Endpoint 'x' (1): Region is text with control characters" },
        { o => o.Role = (EndpointRole)7, "Endpoint 'x' (1): Role is 7" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void From_FieldAtFault_NamesEndpointAndField(Action<EndpointOptions> fault, string expected)
    {
        EndpointOptions faulty = RoutingBench.Options("x");
        fault(faulty);

        FluentActions.Invoking(() => RoutingBench.Registry(RoutingBench.Options("ok"), faulty)).Should().Throw<ConfigurationException>().Which.Message.Should().StartWith(expected);
    }

    [Fact]
    public void FromJson_UnknownFieldOrBrokenText_SaysWhere()
    {
        FluentActions.Invoking(() => EndpointRegistry.FromJson("""{"Endpoints":[{"Id":"a","Pricee":1}]}"""u8)).Should().Throw<ConfigurationException>().WithMessage("*Pricee*");
        FluentActions.Invoking(() => EndpointRegistry.FromJson("""{"Endpoints":"""u8)).Should().Throw<ConfigurationException>();
        FluentActions.Invoking(() => EndpointRegistry.FromJson("null"u8)).Should().Throw<ConfigurationException>();
    }

    [Fact]
    public void From_UnreadableConfigurationValue_NamesItsPath()
    {
        IConfiguration configuration = Memory(("Endpoints:0:Id", "a"), ("Endpoints:0:ContextTokens", "many"));

        FluentActions.Invoking(() => EndpointRegistry.From(configuration)).Should().Throw<ConfigurationException>().WithMessage("*Endpoints:0:ContextTokens*");
    }

    [Fact]
    public void Catalog_ConfigurationReloaded_FollowsWholeOrNotAtAll()
    {
        IConfigurationRoot configuration = Memory(
            ("Endpoints:0:Id", "a"), ("Endpoints:0:Provider", "p"), ("Endpoints:0:InputUsdPerMillion", "1"), ("Endpoints:0:OutputUsdPerMillion", "2"),
            ("Endpoints:0:ContextTokens", "100"), ("Endpoints:0:Capabilities", "Tools, Json"));
        using var catalog = new EndpointCatalog(configuration);
        EndpointRegistry before = catalog.Current;
        var seen = new List<EndpointRegistry>();
        catalog.Changed += seen.Add;

        configuration["Endpoints:0:InputUsdPerMillion"] = "-3";
        configuration.Reload();

        catalog.Current.Should().BeSameAs(before);
        catalog.LastFailure.Should().Contain("'a'").And.Contain("InputUsdPerMillion");
        configuration["Endpoints:0:InputUsdPerMillion"] = "3";
        configuration.Reload();
        configuration.Reload();
        catalog.LastFailure.Should().BeNull();
        catalog.Current[0].Prices.InputUsdPerMillion.Should().Be(3);
        catalog.Current[0].Capabilities.Should().Be(EndpointCapabilities.Tools | EndpointCapabilities.Json);
        seen.Should().ContainSingle("the same content a second time is no change");
    }

    [Fact]
    public void Prices_WorkedOutByHand_AreExactAndRoundedUp()
    {
        // 0.0375 $/M is 37.5 nanodollars per token.
        var prices = new EndpointPrices(0.0375m, 3m, 12m, reasoningFactor: 6);

        prices.CostOf(1, 0).Value.Should().Be(38);
        prices.CostOf(2, 0).Value.Should().Be(75);
        prices.CostOf(0, 10, 50).Value.Should().Be((10 * 3_000) + (50 * 12_000));
        prices.ExpectedCost(0, 60).Value.Should().Be((10 * 3_000) + (50 * 12_000));
        prices.WorstCost(2, 60).Value.Should().Be(75 + (60 * 12_000));
        new EndpointPrices(1_000_000m, 0).CostOf(long.MaxValue, 0).Value.Should().Be(long.MaxValue);
    }

    private static IConfigurationRoot Memory(params (string Key, string Value)[] entries) =>
        new ConfigurationBuilder().AddInMemoryCollection(entries.Select(entry => KeyValuePair.Create(entry.Key, (string?)entry.Value))).Build();
}
