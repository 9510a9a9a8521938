using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Clients;

/// <content>Mirrored traffic: newcomers in shadow are asked what callers ask, in the background, and their answers go to the judge alone.</content>
public sealed partial class RoutingClient
{
    private readonly ConcurrentDictionary<Task, byte> _mirrored = new();
    private int _mirroring;

    /// <summary>Waits until no mirrored call is under way: before a host ends, or a test looks.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the calls.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task DrainAsync(CancellationToken cancellationToken = default)
    {
        while (_mirrored.Keys.ToArray() is { Length: > 0 } under)
        {
            await Task.WhenAll(under).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Mirrors an answered request where the router says so. Nothing of it reaches the caller: neither time, nor money, nor failure.</summary>
    private void Mirror(RoutedCall call, ChatRequest request, ReadOnlyMemory<byte> served, in RoutedAnswer answer)
    {
        if (_options.JudgeShadow is not { } judge || request.IsStreaming || Volatile.Read(ref _mirroring) >= _options.MaxShadowCalls || call.Mirror() is not { } shadow)
        {
            return;
        }

        // The caller may give its request back at once, so the newcomer's is written now.
        var body = new ArrayBufferWriter<byte>(1_024);
        request.WriteFor(shadow.Endpoint, shadow.MaxOutputTokens, body);
        string prompt = request.Prompt;
        string servedText = AnswerReader.Read(served);
        RoutedAnswer servedAnswer = answer;
        Interlocked.Increment(ref _mirroring);
        Task mirrored = Task.Run(() => MirrorAsync(shadow, body.WrittenMemory, prompt, servedText, servedAnswer, judge));
        _mirrored.TryAdd(mirrored, 0);
        _ = mirrored.ContinueWith(
            static (done, state) => ((RoutingClient)state!)._mirrored.TryRemove(done, out _), this, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task MirrorAsync(ShadowCall shadow, ReadOnlyMemory<byte> body, string prompt, string servedText, RoutedAnswer served, Func<ShadowReply, ValueTask<double?>> judge)
    {
        try
        {
            using ShadowCall call = shadow;
            if (await AskNewcomerAsync(call, body).ConfigureAwait(false) is not { } reply)
            {
                return;
            }

            ShadowAnswer answer = call.Complete(UsageReader.Read(reply, out _));
            if (await judge(new ShadowReply(answer, prompt, AnswerReader.Read(reply), servedText, served)).ConfigureAwait(false) is { } score)
            {
                _router.Audit(answer, score);
            }
        }
        catch (Exception)
        {
            // A judge that fails judges nothing; the money is settled and the caller has long been served.
        }
        finally
        {
            Interlocked.Decrement(ref _mirroring);
        }
    }

    private async Task<byte[]?> AskNewcomerAsync(ShadowCall call, ReadOnlyMemory<byte> body)
    {
        if (call.Endpoint.Address is null)
        {
            call.Fail(CallFailure.Unsuited);
            return null;
        }

        using var timeout = new CancellationTokenSource(_options.TryTimeout, _router.Time);
        try
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(call.Endpoint.Address, "chat/completions")) { Content = new ReadOnlyMemoryContent(body) };
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(Json);
            if (_options.KeyOf?.Invoke(call.Endpoint) is { Length: > 0 } key)
            {
                message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
            }

            using HttpResponseMessage response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, timeout.Token).ConfigureAwait(false);
            byte[] reply = await ReadAsync(response, timeout.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return reply;
            }

            call.Fail(FailureOf(response.StatusCode, reply), RetryAfterOf(response, _router.Time.GetUtcNow()));
        }
        catch (OperationCanceledException)
        {
            call.Fail(CallFailure.Interrupted);
        }
        catch (Exception e)
        {
            call.Fail(FailureOf(e));
        }

        return null;
    }
}
