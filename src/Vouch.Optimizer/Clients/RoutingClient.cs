using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.Clients;

/// <summary>
/// Sends requests of the OpenAI chat completions interface where the router says: falls back while nothing of an answer has gone out, obeys Retry-After,
/// accounts for usage, whole answers and streams alike.
/// </summary>
/// <remarks>
/// Safe to share. The <see cref="HttpClient"/> is the host's: its handlers may bring time-outs, breakers and telemetry, but no retries, since every try must be
/// set aside for. Its own <see cref="HttpClient.Timeout"/> counts as a time-out of the call.
/// </remarks>
public sealed partial class RoutingClient
{
    private const string Json = "application/json";

    private readonly Router _router;
    private readonly HttpClient _http;
    private readonly RoutingClientOptions _options;

    /// <summary>Initializes a client.</summary>
    /// <param name="router">The router.</param>
    /// <param name="http">The host's HTTP client; not disposed of.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="router"/> or <paramref name="http"/> is null.</exception>
    public RoutingClient(Router router, HttpClient http, RoutingClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(router);
        ArgumentNullException.ThrowIfNull(http);
        _router = router;
        _http = http;
        _options = options ?? new RoutingClientOptions();
    }

    /// <summary>Routes a request and sends it.</summary>
    /// <param name="request">The request; a model other than <see cref="ChatRequest.AutoModel"/> names the one endpoint that may answer.</param>
    /// <param name="constraints">Who may see it, and where.</param>
    /// <param name="tenant">Whose budget pays.</param>
    /// <param name="maxCost">The most it may cost.</param>
    /// <param name="cancellationToken">Ends the call; what is not known to be free is charged.</param>
    /// <returns>The reply. Rejections and failures of endpoints are replies too, with an error body in the interface's form.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="request"/> is null.</exception>
    /// <exception cref="InputValidationException">The request names a model that is no endpoint.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<RoutedReply> SendAsync(
        ChatRequest request, RouteConstraints? constraints = null, string? tenant = null, NanoUsd? maxCost = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        RoutedCall call = _router.Begin(request.ToRoute(Narrowed(request, constraints), tenant, maxCost) with { AllowsCascades = CanCascade(request) });
        bool isHandedOver = false;
        try
        {
            Failure? last = null;
            if (call.IsComparing)
            {
                (RoutedReply? accepted, last) = await CompareAsync(call, request, cancellationToken).ConfigureAwait(false);
                if (accepted is not null)
                {
                    return accepted;
                }
            }

            while (call.Endpoint is { } endpoint)
            {
                if (endpoint.Address is null)
                {
                    last = new Failure(HttpStatusCode.BadGateway, CallFailure.Unsuited, default, Json);
                    call.Fail(CallFailure.Unsuited);
                    continue;
                }

                (RoutedReply? reply, Failure? failure) = await TryAsync(call, endpoint, request, cancellationToken).ConfigureAwait(false);
                if (reply is not null)
                {
                    isHandedOver = reply.IsStreaming;
                    return reply;
                }

                last = failure;
            }

            return Ended(call, last);
        }
        finally
        {
            if (!isHandedOver)
            {
                call.Dispose();
            }
        }
    }

    /// <summary>Reads a Retry-After header, as seconds or as a date.</summary>
    internal static TimeSpan? RetryAfterOf(HttpResponseMessage response, DateTimeOffset now) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta > TimeSpan.Zero ? delta : null,
        { Date: { } date } => date > now ? date - now : null,
        _ => null,
    };

    private RouteConstraints? Narrowed(ChatRequest request, RouteConstraints? constraints)
    {
        if (request.Model == ChatRequest.AutoModel)
        {
            return constraints;
        }

        if (!_router.Registry.TryGet(request.Model, out Endpoint? only))
        {
            throw new InputValidationException($"'{request.Model}' is no endpoint here; ask for \"{ChatRequest.AutoModel}\" or one of {string.Join(", ", _router.Registry.Endpoints.Select(static endpoint => endpoint.Id))}.")
            {
                Location = "$.model",
                Value = request.Model,
                Expected = "auto or an endpoint",
            };
        }

        return (constraints ?? new RouteConstraints()) with
        {
            ForbiddenEndpoints = [.. constraints?.ForbiddenEndpoints ?? [], .. _router.Registry.Endpoints.Where(endpoint => endpoint.Id != only.Id).Select(static endpoint => endpoint.Id)],
        };
    }

    private async Task<(RoutedReply? Reply, Failure? Failure)> TryAsync(RoutedCall call, Endpoint endpoint, ChatRequest request, CancellationToken cancellationToken)
    {
        using HttpRequestMessage message = MessageFor(endpoint, call.MaxOutputTokens, request);
        using var timeout = new CancellationTokenSource(_options.TryTimeout, _router.Time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        HttpResponseMessage? response = null;
        bool isHandedOver = false;
        try
        {
            response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, linked.Token).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode)
            {
                return (null, await RefusedAsync(call, response, linked.Token).ConfigureAwait(false));
            }

            if (request.IsStreaming && response.Content.Headers.ContentType?.MediaType == "text/event-stream")
            {
                RoutedReply stream = await StreamAsync(call, response, request, linked.Token).ConfigureAwait(false);
                isHandedOver = true;
                return (stream, null);
            }

            return (await WholeAsync(call, response, request, linked.Token).ConfigureAwait(false), null);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            call.Fail(CallFailure.Cancelled);
            throw;
        }
        catch (OperationCanceledException)
        {
            call.Fail(CallFailure.Interrupted);
            return (null, new Failure(HttpStatusCode.GatewayTimeout, CallFailure.Interrupted, default, Json));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || _options.FailureOf is not null)
        {
            CallFailure how = FailureOf(e);
            call.Fail(how);
            return (null, new Failure(HttpStatusCode.BadGateway, how, default, Json));
        }
        finally
        {
            if (!isHandedOver)
            {
                response?.Dispose();
            }
        }
    }

    private async Task<RoutedReply> WholeAsync(RoutedCall call, HttpResponseMessage response, ChatRequest request, CancellationToken cancellationToken)
    {
        byte[] body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        RoutedAnswer answer = call.Answer;
        TokenUsage? usage = UsageReader.Read(body, out _);
        call.Complete(usage);
        DecisionRecord decision = call.ToRecord();
        Mirror(call, request, body, answer);
        return new RoutedReply(response.StatusCode, decision, body, response.Content.Headers.ContentType?.MediaType ?? Json, null)
        {
            Attempts = call.Sent,
            Charged = call.Spent,
            Usage = usage,
            Answer = answer,
        };
    }

    private async Task<RoutedReply> StreamAsync(RoutedCall call, HttpResponseMessage response, ChatRequest request, CancellationToken cancellationToken)
    {
        var reader = new EventStreamReader(await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false), _options.MaxAnswerBytes);
        try
        {
            // The first event is waited for here, while another endpoint can still take over.
            ReadOnlyMemory<byte> first = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (first.IsEmpty)
            {
                throw new IOException("The stream held no event.");
            }

            var stream = new ReplyStream(call, response, reader, first, request.WantsUsage, _options.SilenceTimeout, _router.Time);
            return new RoutedReply(response.StatusCode, call.ToRecord(), default, "text/event-stream", stream) { Attempts = call.Sent + 1, Charged = call.Spent, Answer = call.Answer };
        }
        catch
        {
            reader.Dispose();
            throw;
        }
    }

    private async Task<Failure> RefusedAsync(RoutedCall call, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        byte[] body = await ReadAsync(response, cancellationToken).ConfigureAwait(false);
        CallFailure how = FailureOf(response.StatusCode, body);
        call.Fail(how, RetryAfterOf(response, _router.Time.GetUtcNow()));
        return new Failure(response.StatusCode, how, body, response.Content.Headers.ContentType?.MediaType ?? Json);
    }

    private static CallFailure FailureOf(HttpStatusCode status, ReadOnlySpan<byte> body) => status switch
    {
        HttpStatusCode.RequestEntityTooLarge => CallFailure.Unsuited,
        HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity => body.IndexOf("context_length_exceeded"u8) >= 0 ? CallFailure.Unsuited : CallFailure.BadRequest,
        HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout => CallFailure.Interrupted,
        _ => CallFailure.Unavailable,
    };

    // Without a connection nothing was asked and nothing can be billed; after it, nobody knows.
    private CallFailure FailureOf(Exception e) =>
        e is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError }
            ? CallFailure.Unavailable
            : _options.FailureOf?.Invoke(e) ?? CallFailure.Interrupted;

    private HttpRequestMessage MessageFor(Endpoint endpoint, int maxOutputTokens, ChatRequest request)
    {
        var body = new ArrayBufferWriter<byte>(1_024);
        request.WriteFor(endpoint, maxOutputTokens, body);
        var message = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint.Address!, "chat/completions")) { Content = new ReadOnlyMemoryContent(body.WrittenMemory) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(Json);
        if (_options.KeyOf?.Invoke(endpoint) is { Length: > 0 } key)
        {
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return message;
    }

    private async Task<byte[]> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.Content.Headers.ContentLength > _options.MaxAnswerBytes)
        {
            throw new IOException($"The answer is larger than {_options.MaxAnswerBytes} bytes.");
        }

        Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        using var memory = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16_384);
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                if (memory.Length + read > _options.MaxAnswerBytes)
                {
                    throw new IOException($"The answer is larger than {_options.MaxAnswerBytes} bytes.");
                }

                memory.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return memory.ToArray();
    }

    private static RoutedReply Ended(RoutedCall call, Failure? last)
    {
        DecisionRecord decision = call.ToRecord();

        // A wrong request is told in the endpoint's own words; everything else in the router's.
        if (last is { How: CallFailure.BadRequest } refused)
        {
            return new RoutedReply(refused.Status, decision, refused.Body, refused.ContentType, null) { Attempts = call.Sent, Charged = call.Spent };
        }

        RoutingConstraint binding = decision.BindingConstraints;
        bool isMoney = (binding & (RoutingConstraint.Budget | RoutingConstraint.RequestCap)) != 0 && (binding & RoutingConstraint.Unhealthy) == 0;
        HttpStatusCode status = last is null ? (isMoney ? HttpStatusCode.PaymentRequired : HttpStatusCode.ServiceUnavailable) : last.Value.Status == HttpStatusCode.GatewayTimeout ? last.Value.Status : HttpStatusCode.BadGateway;
        string message = last is null ? $"No endpoint fits the request. Binding: {binding}." : $"Every endpoint that fits failed; the last one with {(int)last.Value.Status}.";
        return new RoutedReply(status, decision, ErrorBody(message, last is null ? "routing_rejected" : "endpoints_failed"), Json, null)
        {
            Attempts = call.Sent,
            Charged = call.Spent,
            RetryAfter = call.RetryAfter,
        };
    }

    private static byte[] ErrorBody(string message, string code)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("error"u8);
            json.WriteString("message"u8, message);
            json.WriteString("type"u8, "router_error");
            json.WriteString("code"u8, code);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private readonly record struct Failure(HttpStatusCode Status, CallFailure How, ReadOnlyMemory<byte> Body, string ContentType);
}
