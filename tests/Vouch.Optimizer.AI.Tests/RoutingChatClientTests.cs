using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;
using Vouch.Testing;

namespace Vouch.Optimizer.AI.Tests;

public sealed class RoutingChatClientTests : IDisposable
{
    private static readonly ChatMessage[] Question = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "What is 2+2?")];

    private readonly List<(string Endpoint, ChatOptions Options)> _sent = [];
    private readonly Dictionary<string, Exception> _failures = [];
    private readonly Dictionary<string, string> _texts = [];
    private readonly Router _router = new(new EndpointCatalog(Registry()), new Fixed(), new RoutingPlan(new RoutingPolicy("quality", 0)), timeProvider: new ManualTimeProvider());

    public void Dispose() => _router.Dispose();

    [Fact]
    public async Task GetResponseAsync_Routed_CarriesDecisionAndIsCharged()
    {
        using var client = new RoutingChatClient(_router, Inner);

        ChatResponse response = await client.GetResponseAsync(Question, new ChatOptions { Temperature = 0.3f, MaxOutputTokens = 77 });

        response.Text.Should().Be("from good");
        DecisionRecord decision = RoutingChatClient.DecisionOf(response)!;
        (decision.Endpoint, decision.Request.MaxOutputTokens, decision.Request.Capabilities).Should().Be(("good", 77, EndpointCapabilities.SystemMessages));
        ((RoutedAnswer)response.AdditionalProperties![RoutingChatClient.AnswerProperty]!).Endpoint.Should().Be("good");
        (string _, ChatOptions options) = _sent.Single();
        (options.ModelId, options.MaxOutputTokens, options.Temperature).Should().Be(("good-2026", 77, 0.3f));
        _router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public async Task GetResponseAsync_Failures_FallBackThenSayWhy()
    {
        using var client = new RoutingChatClient(_router, Inner);
        _failures["good"] = new HttpRequestException("busy", null, HttpStatusCode.TooManyRequests);

        (await client.GetResponseAsync(Question)).Text.Should().Be("from cheap");
        _failures["cheap"] = new HttpRequestException(HttpRequestError.ConnectionError);
        await client.Awaiting(c => c.GetResponseAsync(Question)).Should().ThrowAsync<PipelineRoutingException>().WithMessage("Every endpoint that fits failed*");
        await client.Awaiting(c => c.GetResponseAsync(Question)).Should().ThrowAsync<PipelineRoutingException>().WithMessage("*Binding: Unhealthy*");

        _sent.Select(sent => sent.Endpoint).Should().Equal("good", "cheap", "cheap");
    }

    [Fact]
    public async Task GetResponseAsync_BadRequest_IsNotTriedElsewhere()
    {
        using var client = new RoutingChatClient(_router, Inner);
        _failures["good"] = new HttpRequestException("no such tool", null, HttpStatusCode.BadRequest);

        await client.Awaiting(c => c.GetResponseAsync(Question)).Should().ThrowAsync<HttpRequestException>();

        _sent.Should().ContainSingle();
    }

    [Fact]
    public async Task GetStreamingResponseAsync_Whole_IsPassedOnAndCharged()
    {
        using var client = new RoutingChatClient(_router, Inner);

        ChatResponse response = await client.GetStreamingResponseAsync(Question).ToChatResponseAsync();

        response.Text.Should().Be("from good");
        response.Usage!.OutputTokenCount.Should().Be(3);
        _router.Budgets.OpenReservations.Should().Be(0);
        _router.Status().Should().OnlyContain(status => status.ConsecutiveFailures == 0);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_FailsAtOnce_FallsBack_AndStoppedEarly_IsClosed()
    {
        using var client = new RoutingChatClient(_router, Inner);
        _failures["good"] = new HttpRequestException("busy", null, HttpStatusCode.ServiceUnavailable);

        await foreach (ChatResponseUpdate update in client.GetStreamingResponseAsync(Question))
        {
            update.Text.Should().Be("from");
            break;
        }

        _sent.Select(sent => sent.Endpoint).Should().Equal("good", "cheap");
        _router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public void AddVouchRoutingChatClient_KeyedClients_AreFoundByEndpointOrProvider()
    {
        using ServiceProvider provider = new ServiceCollection().AddSingleton(_router).AddVouchRoutingChatClient(options => options.Tenant = "t").AddVouchRoutingChatClient()
            .AddKeyedSingleton<IChatClient>("p", (_, _) => Inner(_router.Registry[1])).BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

        provider.GetServices<RoutingChatClient>().Should().ContainSingle().Which.GetService(typeof(Router)).Should().BeSameAs(_router);
    }

    [Theory]
    [InlineData("Answer: 4", "Answer: 4.0", "from first: Answer: 4", true)]
    [InlineData("Answer: 4", "Answer: 5", "from good", false)]
    public async Task GetResponseAsync_Cascade_AcceptsOrEscalates(string first, string second, string expected, bool agreed)
    {
        using var router = Cascading();
        using var client = new RoutingChatClient(router, Inner, new RoutingChatClientOptions { Agreement = new FinalAnswerAgreement() });
        _texts["first"] = "from first: " + first;
        _texts["second"] = second;

        ChatResponse response = await client.GetResponseAsync(Question);

        response.Text.Should().Be(expected);
        DecisionRecord decision = RoutingChatClient.DecisionOf(response)!;
        (decision.Agreed, decision.AnsweredBy).Should().Be((agreed, agreed ? "first" : "good"));
        _sent.Select(sent => sent.Endpoint).Should().BeEquivalentTo(agreed ? ["first", "second"] : ["first", "second", "good"]);
        ((RoutedAnswer)response.AdditionalProperties![RoutingChatClient.AnswerProperty]!).Endpoint.Should().Be("first + second, else good");
        router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public async Task GetResponseAsync_CascadesLegFails_EscalatesOrSaysWhatIsWrong()
    {
        using var router = Cascading();
        using var client = new RoutingChatClient(router, Inner, new RoutingChatClientOptions { Agreement = new FinalAnswerAgreement() });
        _failures["second"] = new HttpRequestException("busy", null, HttpStatusCode.TooManyRequests);

        (await client.GetResponseAsync(Question)).Text.Should().Be("from good");

        using var other = Cascading();
        using var again = new RoutingChatClient(other, Inner, new RoutingChatClientOptions { Agreement = new FinalAnswerAgreement() });
        _failures["second"] = new HttpRequestException("no such tool", null, HttpStatusCode.BadRequest);
        await again.Awaiting(c => c.GetResponseAsync(Question)).Should().ThrowAsync<HttpRequestException>().WithMessage("no such tool");
        other.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public async Task GetStreamingResponseAsync_CascadeWouldBeBest_GoesToOneEndpoint()
    {
        using var router = Cascading();
        using var client = new RoutingChatClient(router, Inner, new RoutingChatClientOptions { Agreement = new FinalAnswerAgreement() });

        await foreach (ChatResponseUpdate _ in client.GetStreamingResponseAsync(Question))
        {
        }

        _sent.Should().ContainSingle();
    }

    private static Router Cascading() => new(new EndpointCatalog(Registry("first", "second", "good")), new Comparing(), new RoutingPlan(new RoutingPolicy("thrifty", 100)), timeProvider: new ManualTimeProvider());

    private static EndpointRegistry Registry(params string[] ids)
    {
        EndpointOptions Options(string id, decimal price) => new()
        {
            Id = id,
            Provider = "p",
            Model = id + "-2026",
            InputUsdPerMillion = price,
            OutputUsdPerMillion = price,
            ContextTokens = 10_000,
        };
        return EndpointRegistry.From(new EndpointRegistryOptions { Endpoints = [.. (ids.Length == 0 ? ["cheap", "good"] : ids).Select(id => Options(id, id == "good" ? 10 : 1))] });
    }

    private IChatClient Inner(Endpoint endpoint) => new StandIn(this, endpoint.Id);

    private sealed class Fixed : IOutcomePredictor
    {
        public IReadOnlyList<string> Endpoints { get; } = ["cheap", "good"];

        public string Digest => "fixed";

        public DateTimeOffset EvidenceTime => DateTimeOffset.UnixEpoch;

        public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions)
        {
            predictions[0] = new OutcomePrediction(0.6, 0.5, 0.7, 10, 100);
            predictions[1] = new OutcomePrediction(0.9, 0.8, 1, 10, 100);
        }
    }

    private sealed class Comparing : IOutcomePredictor
    {
        public IReadOnlyList<string> Endpoints { get; } = ["first", "second", "good"];

        public IReadOnlyList<Cascade> Cascades { get; } = [new Cascade(0, 1, 2)];

        public string Digest => "comparing";

        public DateTimeOffset EvidenceTime => DateTimeOffset.UnixEpoch;

        public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions)
        {
            double[] table = [0.5, 0.5, 0.9, 0.95, 0.9];
            for (int i = 0; i < predictions.Length; i++)
            {
                predictions[i] = new OutcomePrediction(table[i], 0, 1, 10, 100);
            }
        }
    }

    private sealed class StandIn(RoutingChatClientTests test, string id) : IChatClient
    {
        private static readonly UsageDetails Usage = new() { InputTokenCount = 10, OutputTokenCount = 3 };

        public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            Sent(options);
            return new ChatResponse(new ChatMessage(ChatRole.Assistant, test._texts.GetValueOrDefault(id, "from " + id))) { Usage = Usage };
        }

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            Sent(options);
            yield return new ChatResponseUpdate(ChatRole.Assistant, "from");
            yield return new ChatResponseUpdate(ChatRole.Assistant, " " + id);
            yield return new ChatResponseUpdate(ChatRole.Assistant, [new UsageContent(Usage)]);
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }

        private void Sent(ChatOptions? options)
        {
            lock (test._sent)
            {
                test._sent.Add((id, options!));
            }

            if (test._failures.TryGetValue(id, out Exception? failure))
            {
                throw failure;
            }
        }
    }
}
