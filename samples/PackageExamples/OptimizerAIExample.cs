using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using Vouch.Optimizer.AI;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace PackageExamples;

public static class OptimizerAIExample
{
    public static async Task RunAsync()
    {
        IOutcomePredictor predictor = new EvenOdds();
        IChatClient ClientOf(Endpoint endpoint) => new Echo(endpoint);

        #region readme
        using var router = new Router(new EndpointCatalog(EndpointRegistry.Example), predictor, new RoutingPlan(new RoutingPolicy("cheapest", double.PositiveInfinity)));

        // ClientOf makes or finds the chat client of an endpoint: OpenAI, Azure, Ollama, anything that is an IChatClient.
        using IChatClient client = new RoutingChatClient(router, ClientOf);
        ChatResponse response = await client.GetResponseAsync("What is the capital of France?");
        Console.WriteLine($"{response.Text}: {RoutingChatClient.DecisionOf(response)!.Explain()}");
        #endregion
    }

    private sealed class EvenOdds : IOutcomePredictor
    {
        public IReadOnlyList<string> Endpoints { get; } = [.. EndpointRegistry.Example.Endpoints.Select(endpoint => endpoint.Id)];

        public string Digest => "even odds";

        public DateTimeOffset EvidenceTime => DateTimeOffset.UnixEpoch;

        public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions) => predictions.Fill(new OutcomePrediction(0.5, 0, 1, 200, 0));
    }

    private sealed class Echo(Endpoint endpoint) : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, $"{endpoint} answers")) { Usage = new UsageDetails { InputTokenCount = 8, OutputTokenCount = 3 } });

        public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            yield return new ChatResponseUpdate(ChatRole.Assistant, $"{endpoint} answers");
        }

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
