using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Clients;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;
using Vouch.Optimizer.Tests.Routing;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Clients;

public sealed class CascadeClientTests
{
    private const string Question = """{"model":"auto","messages":[{"role":"user","content":"What is 2+2?"}],"max_tokens":100}""";

    private readonly ManualTimeProvider _time = new();
    private readonly List<string> _sent = [];
    private readonly Dictionary<string, Task> _late = [];
    private readonly Dictionary<string, Func<HttpResponseMessage>> _answers = new()
    {
        ["tiny"] = () => Answer("Two and two. The answer is 4."),
        ["small"] = () => Answer("**Answer: 4**"),
        ["middle"] = () => Answer("Answer: 4 (middle)"),
        ["best"] = () => Answer("\\boxed{4}, says the best"),
    };

    [Fact]
    public async Task SendAsync_TheTwoAgree_FirstAnswerGoesOutAndTheThirdIsNotAsked()
    {
        using Router router = Router();

        await using RoutedReply reply = await SendAsync(router, Question);

        Text(reply).Should().StartWith("Two and two");
        _sent.Should().BeEquivalentTo("tiny", "small");
        (reply.Status, reply.Attempts, reply.Charged.Value).Should().Be((HttpStatusCode.OK, 2, 60_000));
        (reply.Decision.Agreed, reply.Decision.AnsweredBy, reply.Answer!.Value.Endpoint).Should().Be((true, "tiny", CascadePredictor.Name));
        router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public async Task SendAsync_TheTwoDisagree_TheThirdAnswers()
    {
        using Router router = Router();
        _answers["small"] = () => Answer("Answer: 5");

        await using RoutedReply reply = await SendAsync(router, Question);

        Text(reply).Should().EndWith("says the best");
        _sent[2].Should().Be("best");
        (reply.Attempts, reply.Charged.Value, reply.Decision.Agreed, reply.Decision.AnsweredBy).Should().Be((3, 60_000 + 3_000_000, false, "best"));
        reply.Answer!.Value.Endpoint.Should().Be(CascadePredictor.Name, "what is learnt is how good the cascade is");
    }

    [Fact]
    public async Task SendAsync_OneOfTheTwoIsDown_TheThirdAnswers()
    {
        using Router router = Router();
        _answers["tiny"] = () => throw new HttpRequestException(HttpRequestError.ConnectionError);

        await using RoutedReply reply = await SendAsync(router, Question);

        (reply.Decision.AnsweredBy, reply.Attempts, reply.Charged.Value).Should().Be(("best", 3, 30_000 + 3_000_000));
        router.Status()[0].ConsecutiveFailures.Should().Be(1);
    }

    [Fact]
    public async Task SendAsync_EscalationIsDownToo_FallsBackToOneEndpoint()
    {
        using Router router = Router();
        _answers["small"] = () => Answer("Answer: 5");
        _answers["best"] = () => Answer("", HttpStatusCode.ServiceUnavailable);

        await using RoutedReply reply = await SendAsync(router, Question);

        (reply.Status, reply.Attempts, reply.Decision.Endpoint, reply.Decision.Attempt).Should().Be((HttpStatusCode.OK, 4, "middle", 2));
    }

    [Fact]
    public async Task SendAsync_RequestIsWrong_IsToldInTheEndpointsWordsAndGoesNowhereElse()
    {
        using Router router = Router();
        _answers["small"] = () => new HttpResponseMessage(HttpStatusCode.BadRequest) { Content = new StringContent("""{"error":{"message":"no"}}""", Encoding.UTF8, "application/json") };

        await using RoutedReply reply = await SendAsync(router, Question);

        (reply.Status, Encoding.UTF8.GetString(reply.Body.Span)).Should().Be((HttpStatusCode.BadRequest, """{"error":{"message":"no"}}"""));
        _sent.Should().HaveCount(2);
    }

    [Fact]
    public async Task SendAsync_AnswerWasCutOff_AgreesWithNothing()
    {
        using Router router = Router();
        _answers["small"] = () => Answer("Answer: 4", reason: "length");

        await using RoutedReply reply = await SendAsync(router, Question);

        reply.Decision.Agreed.Should().BeFalse();
    }

    [Fact]
    public async Task SendAsync_CallerCancels_SettlesBothAndThrows()
    {
        using Router router = Router();
        using var cancel = new CancellationTokenSource();
        _answers["tiny"] = () =>
        {
            cancel.Cancel();
            throw new OperationCanceledException(cancel.Token);
        };

        await FluentActions.Awaiting(() => SendAsync(router, Question, cancel.Token)).Should().ThrowAsync<OperationCanceledException>();

        router.Budgets.OpenReservations.Should().Be(0);
        _sent.Should().NotContain("best");
    }

    [Theory]
    [InlineData("""{"model":"auto","stream":true,"messages":[{"role":"user","content":"2+2?"}]}""")]
    [InlineData("""{"model":"auto","tools":[{}],"messages":[{"role":"user","content":"2+2?"}]}""")]
    [InlineData("""{"model":"best","messages":[{"role":"user","content":"2+2?"}]}""")]
    public async Task SendAsync_NoWholeTextToCompare_GoesToOneEndpoint(string body)
    {
        using Router router = Router();

        await using RoutedReply reply = await SendAsync(router, body);

        _sent.Should().ContainSingle();
    }

    [Fact]
    public async Task SendAsync_Newcomer_GetsMirroredTrafficThatTheCallerNeverSees()
    {
        using Router router = Router(shadow: true);
        var judged = new List<ShadowReply>();
        var hold = new TaskCompletionSource();
        _late["new"] = hold.Task;
        _answers["new"] = () => Answer("Answer: 4, says the new one");
        var client = new RoutingClient(router, new HttpClient(new StandIn(this)), new RoutingClientOptions
        {
            JudgeShadow = reply =>
            {
                judged.Add(reply);
                return ValueTask.FromResult<double?>(reply.Text.Contains('4') ? 1 : 0);
            },
        });

        using (ChatRequest request = ChatRequest.Parse(Encoding.UTF8.GetBytes(Question)))
        {
            await using RoutedReply reply = await client.SendAsync(request);
            (Text(reply), reply.Charged.Value, reply.Attempts).Should().Be((Text(reply), 3_000_000, 1));
            Encoding.UTF8.GetString(reply.Body.Span).Should().NotContain("new one");
        }

        router.Newcomers().Single().Labels.Should().Be(0, "the caller did not wait for it");
        hold.SetResult();
        await client.DrainAsync();

        router.Newcomers().Single().Should().Match<NewcomerStanding>(row => row.Labels == 1 && row.MeanScore == 1 && row.Mirrored == 1);
        judged.Single().Should().Match<ShadowReply>(reply => reply.Prompt == "What is 2+2?" && reply.ServedText.EndsWith("says the best") && reply.Served.Endpoint == "best");
        router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public async Task SendAsync_NewcomerOrJudgeFails_NobodyNotices()
    {
        using Router router = Router(shadow: true);
        _answers["new"] = () => throw new HttpRequestException(HttpRequestError.ConnectionError);
        var client = new RoutingClient(router, new HttpClient(new StandIn(this)), new RoutingClientOptions { JudgeShadow = _ => throw new InvalidOperationException("no judge") });
        using ChatRequest request = ChatRequest.Parse(Encoding.UTF8.GetBytes(Question));

        await using RoutedReply first = await client.SendAsync(request);
        await client.DrainAsync();
        _time.Advance(TimeSpan.FromMinutes(1));
        _answers["new"] = () => Answer("Answer: 4");
        await using RoutedReply second = await client.SendAsync(request);
        await client.DrainAsync();

        (first.Status, second.Status).Should().Be((HttpStatusCode.OK, HttpStatusCode.OK));
        router.Newcomers().Single().Should().Match<NewcomerStanding>(row => row.Labels == 0 && row.Mirrored == 2);
        router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public async Task SendAsync_NobodyCompares_NoCascade()
    {
        using Router router = Router();
        var client = new RoutingClient(router, new HttpClient(new StandIn(this)));
        using ChatRequest request = ChatRequest.Parse(Encoding.UTF8.GetBytes(Question));

        await using RoutedReply reply = await client.SendAsync(request);

        _sent.Should().Equal("best");
    }

    private static string Text(RoutedReply reply) => JsonNode.Parse(reply.Body.Span)!["choices"]![0]!["message"]!["content"]!.GetValue<string>();

    private static HttpResponseMessage Answer(string content, HttpStatusCode status = HttpStatusCode.OK, string reason = "stop") => new(status)
    {
        Content = new StringContent(
            JsonSerializer.Serialize(new { choices = new[] { new { message = new { content }, finish_reason = reason } }, usage = new { prompt_tokens = 10, completion_tokens = 20 } }), Encoding.UTF8, "application/json"),
    };

    private async Task<RoutedReply> SendAsync(Router router, string body, CancellationToken cancellationToken = default)
    {
        var client = new RoutingClient(router, new HttpClient(new StandIn(this)), new RoutingClientOptions { Agreement = new FinalAnswerAgreement() });
        using ChatRequest request = ChatRequest.Parse(Encoding.UTF8.GetBytes(body));
        return await client.SendAsync(request, cancellationToken: cancellationToken);
    }

    private Router Router(bool shadow = false)
    {
        string[] names = ["tiny", "small", "middle", "best", .. shadow ? ["new"] : Array.Empty<string>()];
        EndpointRegistry registry = RoutingBench.Registry([.. names.Select(id => RoutingBench.Options(id, Price(id), Price(id), options =>
        {
            options.Address = $"http://{id}/v1";
            options.Role = id == "new" ? EndpointRole.Newcomer : EndpointRole.Registry;
            options.Capabilities |= id == "best" ? EndpointCapabilities.Tools : EndpointCapabilities.None;
        }))]);
        return new Router(new EndpointCatalog(registry), new CascadePredictor(), new RoutingPlan(CascadeBench.Thrifty), new BudgetLedger(null, _time), new RouterOptions { Shadow = new ShadowOptions { Share = shadow ? 1 : 0, CostShare = 1 } }, null, _time);

        static decimal Price(string id) => id switch { "middle" => 10, "best" => 100, _ => 1 };
    }

    private sealed class StandIn(CascadeClientTests test) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            lock (test._sent)
            {
                test._sent.Add(request.RequestUri!.Host);
            }

            if (test._late.TryGetValue(request.RequestUri.Host, out Task? late))
            {
                await late;
            }

            return test._answers[request.RequestUri.Host]();
        }
    }
}
