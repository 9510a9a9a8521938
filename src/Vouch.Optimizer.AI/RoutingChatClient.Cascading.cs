using Microsoft.Extensions.AI;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.AI;

/// <content>Cascades: two cheap chat clients at once; the first one's answer is returned where both agree, else the third one is asked.</content>
public sealed partial class RoutingChatClient
{
    private async Task<(ChatResponse? Response, Exception? Last)> CompareAsync(RoutedCall call, ChatMessage[] messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        // Failures are told, not thrown, so that both legs are settled before anything else happens.
        Task<LegReply> asked = AskAsync(call.EndpointOf(CascadeLeg.First), call.MaxOutputTokensOf(CascadeLeg.First), messages, options, cancellationToken);
        LegReply second = await AskAsync(call.EndpointOf(CascadeLeg.Second), call.MaxOutputTokensOf(CascadeLeg.Second), messages, options, cancellationToken).ConfigureAwait(false);
        LegReply first = await asked.ConfigureAwait(false);
        Settle(call, CascadeLeg.First, first, cancellationToken);
        Settle(call, CascadeLeg.Second, second, cancellationToken);
        RoutedAnswer answer = call.Answer;
        bool isAccepted = call.Resolve(first.Response is { } one && second.Response is { } two && IsWhole(one) && IsWhole(two) && _options.Agreement!.Agree(one.Text, two.Text));
        if (isAccepted)
        {
            return (With(first.Response!, call.ToRecord(), answer), null);
        }

        Exception? problem = first.Problem ?? second.Problem;
        if (call.Endpoint is null)
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (Exception wrong in new[] { first.Problem, second.Problem }.OfType<Exception>())
            {
                if (FailureOf(wrong) == CallFailure.BadRequest)
                {
                    System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(wrong);
                }
            }
        }

        return (null, problem);
    }

    // An answer that was cut off has no final answer, whatever stands at its end.
    private static bool IsWhole(ChatResponse response) => response.FinishReason is null || response.FinishReason == ChatFinishReason.Stop;

    private void Settle(RoutedCall call, CascadeLeg leg, in LegReply reply, CancellationToken cancellationToken)
    {
        if (reply.Response is { } response)
        {
            call.CompleteLeg(leg, UsageOf(response.Usage));
        }
        else
        {
            call.FailLeg(leg, reply.Problem is OperationCanceledException && cancellationToken.IsCancellationRequested ? CallFailure.Cancelled : FailureOf(reply.Problem!));
        }
    }

    private async Task<LegReply> AskAsync(Endpoint endpoint, int maxOutputTokens, ChatMessage[] messages, ChatOptions? options, CancellationToken cancellationToken)
    {
        try
        {
            return new LegReply(await _clientOf(endpoint).GetResponseAsync(messages, For(endpoint, maxOutputTokens, options), cancellationToken).ConfigureAwait(false), null);
        }
        catch (Exception e)
        {
            return new LegReply(null, e);
        }
    }

    private readonly record struct LegReply(ChatResponse? Response, Exception? Problem);
}
