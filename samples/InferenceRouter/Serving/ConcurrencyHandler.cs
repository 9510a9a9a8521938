using Polly;
using Vouch;
using Vouch.Resilience.Concurrency;

namespace InferenceRouter.Serving;

/// <summary>Vouch.Resilience around every call: an adaptive limit of calls under way. No retries here: the router sets money aside for each try itself.</summary>
internal sealed class ConcurrencyHandler : DelegatingHandler
{
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder().AddAdaptiveConcurrency(new AdaptiveConcurrencyStrategyOptions { InitialLimit = 64, MaxLimit = 1_024 }).Build();

    public ConcurrencyHandler()
        : base(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false, AutomaticDecompression = System.Net.DecompressionMethods.All })
    {
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        await _pipeline.ExecuteAsync(static async (state, token) => await state.Handler.SendPlainAsync(state.Request, token), (Handler: this, Request: request), cancellationToken);

    private Task<HttpResponseMessage> SendPlainAsync(HttpRequestMessage request, CancellationToken cancellationToken) => base.SendAsync(request, cancellationToken);
}
