using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using InferenceRouter.Serving;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Vouch.TestData;

namespace InferenceRouter.Tests;

/// <summary>The server over real HTTP on loopback, in front of two stand-in endpoints: cheap, believed right in 60 %, and good, in 90 %.</summary>
public sealed class RouterHostTests : IAsyncLifetime
{
    private static readonly HttpClient Http = new();

    private StandInServer _cheap = null!;
    private StandInServer _good = null!;
    private WebApplication _app = null!;
    private IConfigurationRoot _configuration = null!;

    public async ValueTask InitializeAsync()
    {
        _cheap = await StandInServer.StartAsync("from cheap");
        _good = await StandInServer.StartAsync("from the good one");
        _configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Router:Profile"] = "Quality",
            ["Router:Priors:cheap:Success"] = "0.6",
            ["Router:Priors:good:Success"] = "0.9",
            ["Router:Budgets:MaxRequestUsd"] = "1",
            ["GOOD_KEY"] = "sk-test",
            ["Router:Endpoints:0:Id"] = "cheap",
            ["Router:Endpoints:0:Provider"] = "a",
            ["Router:Endpoints:0:Tier"] = "small",
            ["Router:Endpoints:0:Region"] = "us",
            ["Router:Endpoints:0:InputUsdPerMillion"] = "0.1",
            ["Router:Endpoints:0:OutputUsdPerMillion"] = "0.2",
            ["Router:Endpoints:0:ContextTokens"] = "100000",
            ["Router:Endpoints:0:Address"] = _cheap.Address,
            ["Router:Endpoints:1:Id"] = "good",
            ["Router:Endpoints:1:Provider"] = "b",
            ["Router:Endpoints:1:Tier"] = "large",
            ["Router:Endpoints:1:Region"] = "eu",
            ["Router:Endpoints:1:Model"] = "good-2026",
            ["Router:Endpoints:1:InputUsdPerMillion"] = "1",
            ["Router:Endpoints:1:OutputUsdPerMillion"] = "2",
            ["Router:Endpoints:1:ContextTokens"] = "100000",
            ["Router:Endpoints:1:Address"] = _good.Address,
            ["Router:Endpoints:1:KeyName"] = "GOOD_KEY",
        }).Build();
        _app = RouterHost.Build(_configuration, "http://127.0.0.1:0");
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        await _cheap.DisposeAsync();
        await _good.DisposeAsync();
    }

    [Fact]
    public async Task Completion_Auto_IsRoutedWithTheDecisionInItsHeaders()
    {
        using HttpResponseMessage response = await PostAsync("auto");

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (await ContentAsync(response)).Should().Be("from the good one");
        Header(response, "x-vouch-endpoint").Should().Be("good");
        Header(response, "x-vouch-model").Should().Be("good-2026");
        Header(response, "x-vouch-tier").Should().Be("large");
        Header(response, "x-vouch-quality").Should().Be("0.900 [0.000, 1.000] n=0", "a belief is no evidence");
        Header(response, "x-vouch-cost-usd").Should().Be("0.00004");
        Header(response, "x-vouch-digest").Should().StartWith("sha256:");
        Header(response, "x-vouch-attempts").Should().Be("1");
        _good.Requests.Single().Authorization.Should().Be("Bearer sk-test");
        _good.Requests.Single().Body["model"]!.GetValue<string>().Should().Be("good-2026");
    }

    [Theory]
    [InlineData("Answer: Paris", "Two agree.\nThe answer is Paris.", "cheap", "yes")]
    [InlineData("Answer: Paris", "Answer: Lyon", "good", "no")]
    public async Task Completion_Cascade_AcceptsOrEscalatesAndSaysSo(string first, string second, string answeredBy, string agreed)
    {
        await using StandInServer other = await StandInServer.StartAsync(second);
        await using StandInServer cheap = await StandInServer.StartAsync(first);
        _configuration["Router:Profile"] = "Economy";
        _configuration["Router:ReferenceCostUsd"] = "0.001";
        _configuration["Router:Endpoints:0:Address"] = cheap.Address;
        foreach ((string key, string value) in new (string, string)[] { ("Id", "other"), ("Provider", "c"), ("InputUsdPerMillion", "0.1"), ("OutputUsdPerMillion", "0.2"), ("ContextTokens", "100000"), ("Address", other.Address) })
        {
            _configuration["Router:Endpoints:2:" + key] = value;
        }

        foreach ((string key, string value) in new (string, string)[] { ("First", "cheap"), ("Second", "other"), ("Escalation", "good"), ("Success", "0.89"), ("Agreement", "0.8") })
        {
            _configuration["Router:Cascades:0:" + key] = value;
        }

        await using WebApplication app = RouterHost.Build(_configuration, "http://127.0.0.1:0");
        await app.StartAsync();

        using HttpResponseMessage response = await Http.PostAsync(app.Urls.First() + "/v1/chat/completions", Body("auto", ""));

        response.StatusCode.Should().Be(HttpStatusCode.OK);
        (Header(response, "x-vouch-cascade"), Header(response, "x-vouch-agreed"), Header(response, "x-vouch-endpoint")).Should().Be(("cheap + other, else good", agreed, answeredBy));
        Header(response, "x-vouch-attempts").Should().Be(agreed == "yes" ? "2" : "3");
        _good.Requests.Count.Should().Be(agreed == "yes" ? 0 : 1);
    }

    [Fact]
    public async Task Newcomer_MirroredAndJudgedByFeedback_IsPromoted()
    {
        await using StandInServer fresh = await StandInServer.StartAsync("from the good one");
        foreach ((string key, string value) in new (string, string)[]
        {
            ("Id", "fresh"), ("Provider", "c"), ("Role", "Newcomer"), ("InputUsdPerMillion", "0.5"), ("OutputUsdPerMillion", "1"), ("ContextTokens", "100000"), ("Address", fresh.Address),
        })
        {
            _configuration["Router:Endpoints:2:" + key] = value;
        }

        _configuration["Router:Routing:Shadow:Share"] = "1";
        _configuration["Router:Routing:Shadow:CostShare"] = "1";
        _configuration["Router:Routing:Shadow:MinimumLabels"] = "10";
        await using WebApplication app = RouterHost.Build(_configuration, "http://127.0.0.1:0");
        await app.StartAsync();
        JsonNode? newcomer = null;
        for (int i = 0; i < 400 && newcomer?["promoted"]?.GetValue<bool>() != true; i++)
        {
            using HttpResponseMessage response = await Http.PostAsync(app.Urls.First() + "/v1/chat/completions", Body("auto", ""));
            (await ContentAsync(response)).Should().NotContain("fresh");
            Header(response, "x-vouch-endpoint").Should().Be("good");
            using HttpResponseMessage feedback = await Http.PostAsync(app.Urls.First() + "/v1/router/feedback", Json($$"""{"decision":{{Header(response, "x-vouch-decision")}},"score":1}"""));
            newcomer = JsonNode.Parse(await Http.GetStringAsync(app.Urls.First() + "/v1/router/status"))!["newcomers"]![0];
        }

        newcomer!["promoted"]!.GetValue<bool>().Should().BeTrue();
        newcomer["labels"]!.GetValue<int>().Should().BeGreaterThanOrEqualTo(10, "a mirrored answer may come in between");
    }

    [Fact]
    public async Task Completion_Stream_ComesPieceByPieceToItsEnd()
    {
        using HttpResponseMessage response = await PostAsync("auto", "\"stream\":true,");
        string text = await response.Content.ReadAsStringAsync();

        response.Content.Headers.ContentType!.MediaType.Should().Be("text/event-stream");
        Header(response, "x-vouch-endpoint").Should().Be("good");
        string[] data = [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(piece => piece["data: ".Length..])];
        data[^1].Should().Be("[DONE]");
        string.Join(' ', data[..^1].Select(piece => JsonNode.Parse(piece)!["choices"]![0]!["delta"]!["content"]!.GetValue<string>())).Should().Be("from the good one");
        (await StatusAsync())["endpoints"]![1]!["failures"]!.GetValue<int>().Should().Be(0);
    }

    [Fact]
    public async Task Completion_DeadEndpoint_FallsBack_ObeysRetryAfter_AndIsNotTriedAgain()
    {
        _good.Failure = (429, 60);

        using HttpResponseMessage first = await PostAsync("auto");
        using HttpResponseMessage second = await PostAsync("auto");

        (await ContentAsync(first)).Should().Be("from cheap");
        Header(first, "x-vouch-attempts").Should().Be("2");
        Header(second, "x-vouch-attempts").Should().Be("1");
        Header(second, "x-vouch-binding").Should().Be("Unhealthy");
        Header(second, "x-vouch-counterfactual").Should().StartWith("Without Unhealthy: good");
        _good.Requests.Should().ContainSingle();
        (await StatusAsync())["endpoints"]![1]!["blockedForSeconds"]!.GetValue<double>().Should().BeInRange(30, 60);
    }

    [Fact]
    public async Task Completion_LawsOfTheCaller_BindAndRejectWithTheReason()
    {
        using HttpResponseMessage narrowed = await PostAsync("auto", headers: ("x-vouch-regions", "us"));
        using HttpResponseMessage nowhere = await PostAsync("auto", headers: ("x-vouch-providers", "c"));
        using HttpResponseMessage poor = await PostAsync("auto", headers: ("x-vouch-max-cost-usd", "0.00000001"));
        using HttpResponseMessage wrong = await PostAsync("auto", headers: ("x-vouch-max-cost-usd", "much"));

        Header(narrowed, "x-vouch-endpoint").Should().Be("cheap");
        (nowhere.StatusCode, Header(nowhere, "x-vouch-binding")).Should().Be((HttpStatusCode.ServiceUnavailable, "Provider"));
        (poor.StatusCode, Header(poor, "x-vouch-binding")).Should().Be((HttpStatusCode.PaymentRequired, "RequestCap"));
        wrong.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        _good.Requests.Should().BeEmpty("no forbidden endpoint is called");
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("{}")]
    [InlineData("""{"model":"unknown","messages":[{"role":"user","content":"x"}]}""")]
    public async Task Completion_BadRequest_IsRefusedInTheInterfacesForm(string body)
    {
        using HttpResponseMessage response = await Http.PostAsync(Url("/v1/chat/completions"), new StringContent(body, Encoding.UTF8, "application/json"));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"]!["message"]!.GetValue<string>().Should().NotBeEmpty();
    }

    [Fact]
    public async Task Configuration_Reloaded_RoutesByTheNewPrices()
    {
        _configuration["Router:Endpoints:1:Enabled"] = "false";
        _configuration.Reload();

        using HttpResponseMessage response = await PostAsync("auto");

        Header(response, "x-vouch-endpoint").Should().Be("cheap");
        Header(response, "x-vouch-binding").Should().Be("Disabled");
    }

    [Fact]
    public async Task Preview_And_Feedback_WorkAsSaid()
    {
        using HttpResponseMessage answered = await PostAsync("auto");
        string id = Header(answered, "x-vouch-decision")!;

        using HttpResponseMessage preview = await Http.PostAsync(Url("/v1/router/preview"), Body("auto", ""));
        using HttpResponseMessage feedback = await Http.PostAsync(Url("/v1/router/feedback"), Json($$"""{"decision":{{id}},"score":1}"""));
        using HttpResponseMessage unknown = await Http.PostAsync(Url("/v1/router/feedback"), Json("""{"decision":999999,"score":1}"""));
        using HttpResponseMessage wrong = await Http.PostAsync(Url("/v1/router/feedback"), Json("""{"decision":1,"score":7}"""));

        JsonNode.Parse(await preview.Content.ReadAsStringAsync())!["outcome"]!.GetValue<string>().Should().Be("Previewed");
        JsonNode.Parse(await feedback.Content.ReadAsStringAsync())!["endpoint"]!.GetValue<string>().Should().Be("good");
        (unknown.StatusCode, wrong.StatusCode).Should().Be((HttpStatusCode.NotFound, HttpStatusCode.BadRequest));
        _good.Requests.Should().ContainSingle("a dry run calls nobody");
    }

    [Fact]
    public async Task Models_Listed_BeginWithAuto()
    {
        JsonNode models = JsonNode.Parse(await Http.GetStringAsync(Url("/v1/models")))!;

        models["data"]!.AsArray().Select(model => model!["id"]!.GetValue<string>()).Should().Equal("auto", "cheap", "good");
    }

    [Fact]
    public async Task Curl_CommandOfTheReadme_GetsARoutedAnswer()
    {
        string readme = await File.ReadAllTextAsync(Path.Combine(SharedData.RepositoryRoot(), "samples", "InferenceRouter", "README.md"));
        string command = readme.Split("```sh\n").First(block => block.StartsWith("curl", StringComparison.Ordinal)).Split("```")[0];
        Assert.SkipUnless(File.Exists("/usr/bin/curl") && File.Exists("/bin/sh"), "There is no curl on this machine.");

        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(command.Replace("http://127.0.0.1:8080", _app.Urls.First()));
        using Process process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        string output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);

        process.ExitCode.Should().Be(0);
        output.Should().Contain("x-vouch-endpoint: good").And.Contain("from the good one");
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static StringContent Body(string model, string more) => Json($$"""{"model":"{{model}}",{{more}}"max_tokens":100,"messages":[{"role":"user","content":"What is the capital of France?"}]}""");

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;

    private static async Task<string> ContentAsync(HttpResponseMessage response) =>
        JsonNode.Parse(await response.Content.ReadAsStringAsync())!["choices"]![0]!["message"]!["content"]!.GetValue<string>();

    private async Task<JsonNode> StatusAsync() => JsonNode.Parse(await Http.GetStringAsync(Url("/v1/router/status")))!;

    private Uri Url(string path) => new(new Uri(_app.Urls.First()), path);

    private async Task<HttpResponseMessage> PostAsync(string model, string more = "", params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Url("/v1/chat/completions")) { Content = Body(model, more) };
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        return await Http.SendAsync(request);
    }
}
