using System.Net;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Clients;

/// <content>Cascades: two cheap endpoints at once; the first one's answer goes out where both agree, else the third endpoint is asked.</content>
public sealed partial class RoutingClient
{
    /// <summary>Tells whether a request may be answered by a cascade: answers are compared at all, and this one will be a whole text.</summary>
    /// <param name="request">The request.</param>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    public bool CanCascade(ChatRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return _options.Agreement is not null
            && !request.IsStreaming && request.Model == ChatRequest.AutoModel && (request.Capabilities & (EndpointCapabilities.Tools | EndpointCapabilities.Audio)) == 0;
    }

    /// <summary>Asks both legs and resolves the cascade.</summary>
    /// <returns>The reply where it is accepted; else what to tell where nothing follows.</returns>
    private async Task<(RoutedReply? Reply, Failure? Last)> CompareAsync(RoutedCall call, ChatRequest request, CancellationToken cancellationToken)
    {
        // A failed leg does not stop the other: what is under way would be charged in full anyway. Nothing here throws before both are settled, so no money hangs in the air.
        Task<LegReply> asked = AskAsync(call.EndpointOf(CascadeLeg.First), call.MaxOutputTokensOf(CascadeLeg.First), request, cancellationToken);
        LegReply second = await AskAsync(call.EndpointOf(CascadeLeg.Second), call.MaxOutputTokensOf(CascadeLeg.Second), request, cancellationToken).ConfigureAwait(false);
        LegReply first = await asked.ConfigureAwait(false);
        Settle(call, CascadeLeg.First, first);
        Settle(call, CascadeLeg.Second, second);
        bool agreed = first.Failure is null && second.Failure is null && _options.Agreement!.Agree(AnswerReader.Read(first.Body), AnswerReader.Read(second.Body));
        RoutedAnswer answer = call.Answer;
        bool isAccepted = call.Resolve(agreed);
        if (call.Endpoint is null && !isAccepted)
        {
            cancellationToken.ThrowIfCancellationRequested();
        }

        if (isAccepted)
        {
            Mirror(call, request, first.Body, answer);
            return (new RoutedReply(first.Status, call.ToRecord(), first.Body, first.ContentType, null) { Attempts = call.Sent, Charged = call.Spent, Usage = first.Usage, Answer = answer }, null);
        }

        LegReply? wrong = first.Failure == CallFailure.BadRequest ? first : second.Failure == CallFailure.BadRequest ? second : first.Failure is not null ? first : second.Failure is not null ? second : null;
        return (null, wrong is { } told ? new Failure(told.Status, told.Failure!.Value, told.Body, told.ContentType) : null);
    }

    private static void Settle(RoutedCall call, CascadeLeg leg, in LegReply reply)
    {
        if (reply.Failure is { } how)
        {
            call.FailLeg(leg, how, reply.RetryAfter);
        }
        else
        {
            call.CompleteLeg(leg, reply.Usage);
        }
    }

    /// <summary>Asks one endpoint for a whole answer. Failures are told, never thrown.</summary>
    private async Task<LegReply> AskAsync(Endpoint endpoint, int maxOutputTokens, ChatRequest request, CancellationToken cancellationToken)
    {
        if (endpoint.Address is null)
        {
            return new LegReply(HttpStatusCode.BadGateway, default, Json, CallFailure.Unsuited, null, null);
        }

        using var timeout = new CancellationTokenSource(_options.TryTimeout, _router.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using HttpRequestMessage message = MessageFor(endpoint, maxOutputTokens, request);
            using HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, linked.Token).ConfigureAwait(false);
            byte[] body = await ReadAsync(response, linked.Token).ConfigureAwait(false);
            string contentType = response.Content.Headers.ContentType?.MediaType ?? Json;
            return response.IsSuccessStatusCode
                ? new LegReply(response.StatusCode, body, contentType, null, UsageReader.Read(body, out _), null)
                : new LegReply(response.StatusCode, body, contentType, FailureOf(response.StatusCode, body), null, RetryAfterOf(response, _router.Time.GetUtcNow()));
        }
        catch (OperationCanceledException)
        {
            return cancellationToken.IsCancellationRequested
                ? new LegReply(HttpStatusCode.BadGateway, default, Json, CallFailure.Cancelled, null, null)
                : new LegReply(HttpStatusCode.GatewayTimeout, default, Json, CallFailure.Interrupted, null, null);
        }
        catch (Exception e)
        {
            return new LegReply(HttpStatusCode.BadGateway, default, Json, FailureOf(e), null, null);
        }
    }

    private readonly record struct LegReply(HttpStatusCode Status, ReadOnlyMemory<byte> Body, string ContentType, CallFailure? Failure, TokenUsage? Usage, TimeSpan? RetryAfter);
}
