using System.Net;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Clients;

/// <summary>What came of a routed request: the answer as the endpoint gave it, whole or piece by piece, and the decision behind it.</summary>
/// <remarks>Not thread-safe. Dispose of it; a stream that was not read to its end is charged by what is known of it.</remarks>
public sealed class RoutedReply : IAsyncDisposable
{
    private readonly ReplyStream? _stream;

    internal RoutedReply(HttpStatusCode status, DecisionRecord decision, ReadOnlyMemory<byte> body, string contentType, ReplyStream? stream)
    {
        Status = status;
        Decision = decision;
        Body = body;
        ContentType = contentType;
        _stream = stream;
    }

    /// <summary>Gets the status to answer with: the endpoint's; 503 or 402 where the router rejected; 502 where every try failed.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>Gets whether an endpoint answered.</summary>
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    /// <summary>Gets the latest decision.</summary>
    public DecisionRecord Decision { get; }

    /// <summary>Gets the body: the endpoint's answer or error, or the router's error in the same form; empty for a stream.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>Gets the body's media type.</summary>
    public string ContentType { get; }

    /// <summary>Gets whether the answer comes piece by piece.</summary>
    public bool IsStreaming => _stream is not null;

    /// <summary>Gets how many endpoints were tried.</summary>
    public int Attempts { get; internal set; }

    /// <summary>Gets what the request was charged so far; final once a stream is read.</summary>
    public NanoUsd Charged { get; internal set; }

    /// <summary>Gets the usage the endpoint told, null where it did not (yet).</summary>
    public TokenUsage? Usage { get; internal set; }

    /// <summary>Gets what to keep to learn from the answer's quality later, null where nothing answered.</summary>
    public RoutedAnswer? Answer { get; internal set; }

    /// <summary>Gets when another try makes sense, null where waiting does not help.</summary>
    public TimeSpan? RetryAfter { get; internal set; }

    /// <summary>Reads the next event of a stream, as it came, with its closing blank line.</summary>
    /// <param name="cancellationToken">Ends the call; what is known of it is charged.</param>
    /// <returns>The event, valid until the next is read; empty at the end.</returns>
    /// <exception cref="InvalidOperationException">The answer is no stream.</exception>
    /// <exception cref="IOException">The stream broke; the endpoint cools down.</exception>
    /// <exception cref="TimeoutException">The stream was silent for too long.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<ReadOnlyMemory<byte>> ReadEventAsync(CancellationToken cancellationToken = default) =>
        _stream is null ? throw new InvalidOperationException("The answer is no stream; read Body.") : _stream.ReadAsync(this, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync(this).ConfigureAwait(false);
        }
    }
}
