using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Clients;

/// <summary>A stream under way: passes events on, watches for the usage, and settles the call however it ends.</summary>
internal sealed class ReplyStream(RoutedCall call, HttpResponseMessage response, EventStreamReader reader, ReadOnlyMemory<byte> first, bool wantsUsage, TimeSpan silence, TimeProvider time)
{
    private TokenUsage? _usage;
    private bool _isOver;
    private bool _isDone;
    private bool _hasFirst = true;

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(RoutedReply reply, CancellationToken cancellationToken)
    {
        while (!_isOver)
        {
            ReadOnlyMemory<byte> read = _hasFirst ? first : await NextAsync(reply, cancellationToken).ConfigureAwait(false);
            _hasFirst = false;
            if (read.IsEmpty)
            {
                // Without [DONE] the answer broke off, whatever the connection says.
                if (!_isDone)
                {
                    End(reply, CallFailure.Interrupted);
                    throw new IOException("The stream ended before the answer did.");
                }

                End(reply, null);
                return default;
            }

            ReadOnlyMemory<byte> data = EventStreamReader.DataOf(read);
            if (data.Span.SequenceEqual("[DONE]"u8))
            {
                _isDone = true;
                reply.Usage = _usage;
                return read;
            }

            if (UsageReader.Read(data, out bool isUsageAlone) is { } usage)
            {
                _usage = usage;
                reply.Usage = usage;
            }

            if (!isUsageAlone || wantsUsage)
            {
                return read;
            }
        }

        return default;
    }

    public ValueTask DisposeAsync(RoutedReply reply)
    {
        if (!_isOver)
        {
            // Read to [DONE] is read to the end; anything less is the caller's wish to stop.
            End(reply, _isDone ? null : CallFailure.Cancelled);
        }

        return ValueTask.CompletedTask;
    }

    private async ValueTask<ReadOnlyMemory<byte>> NextAsync(RoutedReply reply, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(silence, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            return await reader.ReadAsync(linked.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            End(reply, CallFailure.Cancelled);
            throw;
        }
        catch (OperationCanceledException e)
        {
            End(reply, CallFailure.Interrupted);
            throw new TimeoutException($"The stream was silent for {silence}.", e);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            if (_isDone)
            {
                return default;
            }

            End(reply, CallFailure.Interrupted);
            throw e as IOException ?? new IOException("The stream broke.", e);
        }
    }

    private void End(RoutedReply reply, CallFailure? failure)
    {
        _isOver = true;
        if (failure is { } how)
        {
            call.Fail(how, usage: _usage, tryNext: false);
        }
        else
        {
            call.Complete(_usage);
        }

        reply.Charged = call.Spent;
        call.Dispose();
        reader.Dispose();
        response.Dispose();
    }
}
