using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.Extensions.AI;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Routing;

namespace Vouch.Optimizer.AI;

/// <summary>A chat client that sends each request where the router says, through the host's own chat clients: laws, budgets, fallbacks and accounting around any of them.</summary>
/// <remarks>
/// Safe to share where the inner clients are. The inner clients should not retry: the router sets money aside for each try. Whole answers fall back on any failure, streams until
/// their first piece. The decision is found in <see cref="DecisionOf"/>. Usage comes from the answer; without it what was set aside is charged in full.
/// </remarks>
public sealed partial class RoutingChatClient : IChatClient
{
    /// <summary>The key of the decision in an answer's additional properties.</summary>
    public const string DecisionProperty = "vouch.decision";

    /// <summary>The key of what to keep to learn from the answer's quality later (a <see cref="RoutedAnswer"/>) in an answer's additional properties.</summary>
    public const string AnswerProperty = "vouch.answer";

    private const int OverheadTokensPerMessage = 8;
    private const int TokensOfAnImage = 2_048;

    private readonly Router _router;
    private readonly Func<Endpoint, IChatClient> _clientOf;
    private readonly RoutingChatClientOptions _options;

    /// <summary>Initializes a client.</summary>
    /// <param name="router">The router.</param>
    /// <param name="clientOf">Finds the chat client of an endpoint; called before each try. The clients stay the host's and are not disposed of.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="router"/> or <paramref name="clientOf"/> is null.</exception>
    public RoutingChatClient(Router router, Func<Endpoint, IChatClient> clientOf, RoutingChatClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(router);
        ArgumentNullException.ThrowIfNull(clientOf);
        _router = router;
        _clientOf = clientOf;
        _options = options ?? new RoutingChatClientOptions();
    }

    /// <summary>The decision behind an answer.</summary>
    /// <param name="response">The answer.</param>
    /// <returns>Its record; null where the answer is not from a <see cref="RoutingChatClient"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="response"/> is null.</exception>
    public static DecisionRecord? DecisionOf(ChatResponse response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return response.AdditionalProperties?.TryGetValue(DecisionProperty, out object? decision) == true ? decision as DecisionRecord : null;
    }

    /// <inheritdoc/>
    /// <exception cref="PipelineRoutingException">No endpoint fits the request; the message says which law binds.</exception>
    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ChatMessage[] all = [.. messages];
        using RoutedCall call = Begin(all, options, streams: false);
        Exception? last = null;
        if (call.IsComparing)
        {
            (ChatResponse? accepted, last) = await CompareAsync(call, all, options, cancellationToken).ConfigureAwait(false);
            if (accepted is not null)
            {
                return accepted;
            }
        }

        while (call.Endpoint is { } endpoint)
        {
            try
            {
                ChatResponse response = await _clientOf(endpoint).GetResponseAsync(all, For(endpoint, call.MaxOutputTokens, options), cancellationToken).ConfigureAwait(false);
                RoutedAnswer answer = call.Answer;
                call.Complete(UsageOf(response.Usage));
                return With(response, call.ToRecord(), answer);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                call.Fail(CallFailure.Cancelled);
                throw;
            }
            catch (Exception e)
            {
                CallFailure how = FailureOf(e);
                call.Fail(how);
                if (how == CallFailure.BadRequest)
                {
                    throw;
                }

                last = e;
            }
        }

        throw Rejected(call, last);
    }

    /// <inheritdoc/>
    /// <exception cref="PipelineRoutingException">No endpoint fits the request; the message says which law binds.</exception>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ChatMessage[] all = [.. messages];
        using RoutedCall call = Begin(all, options, streams: true);
        Exception? last = null;
        while (call.Endpoint is { } endpoint)
        {
            IAsyncEnumerator<ChatResponseUpdate> stream = _clientOf(endpoint).GetStreamingResponseAsync(all, For(endpoint, call.MaxOutputTokens, options), cancellationToken).GetAsyncEnumerator(cancellationToken);
            UsageDetails? usage = null;
            bool isOver = false;
            try
            {
                for (bool isFirst = true; ; isFirst = false)
                {
                    try
                    {
                        if (!await stream.MoveNextAsync().ConfigureAwait(false))
                        {
                            call.Complete(UsageOf(usage));
                            isOver = true;
                            yield break;
                        }
                    }
                    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                    {
                        isOver = true;
                        call.Fail(CallFailure.Cancelled, usage: UsageOf(usage));
                        throw;
                    }
                    catch (Exception e)
                    {
                        isOver = true;
                        CallFailure how = FailureOf(e);
                        call.Fail(how, usage: UsageOf(usage), tryNext: isFirst);
                        if (!isFirst || how == CallFailure.BadRequest)
                        {
                            throw;
                        }

                        last = e;
                        break;
                    }

                    ChatResponseUpdate update = stream.Current;
                    usage = update.Contents.OfType<UsageContent>().LastOrDefault()?.Details ?? usage;
                    if (isFirst)
                    {
                        AdditionalPropertiesDictionary properties = update.AdditionalProperties ??= [];
                        properties[DecisionProperty] = call.ToRecord();
                        properties[AnswerProperty] = call.Answer;
                    }

                    yield return update;
                }
            }
            finally
            {
                // A caller that stops reading ends the call; what is not known of it is charged in full.
                if (!isOver)
                {
                    call.Fail(CallFailure.Cancelled, usage: UsageOf(usage));
                }

                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }

        throw Rejected(call, last);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null)
    {
        ArgumentNullException.ThrowIfNull(serviceType);
        return serviceKey is not null ? null
            : serviceType.IsInstanceOfType(this) ? this
            : serviceType == typeof(Router) ? _router
            : serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("vouch", null, "auto")
            : null;
    }

    /// <summary>Does nothing: router and inner clients are the host's.</summary>
    public void Dispose()
    {
    }

    private static ChatResponse With(ChatResponse response, DecisionRecord decision, RoutedAnswer answer)
    {
        AdditionalPropertiesDictionary properties = response.AdditionalProperties ??= [];
        properties[DecisionProperty] = decision;
        properties[AnswerProperty] = answer;
        return response;
    }

    private static ChatOptions For(Endpoint endpoint, int maxOutputTokens, ChatOptions? options)
    {
        ChatOptions own = options?.Clone() ?? new ChatOptions();
        own.ModelId = endpoint.Model;
        own.MaxOutputTokens = maxOutputTokens;
        return own;
    }

    private static TokenUsage? UsageOf(UsageDetails? usage) =>
        usage is { InputTokenCount: >= 0 and var input, OutputTokenCount: >= 0 and var output }
            ? new TokenUsage(input, output, Math.Clamp(usage.ReasoningTokenCount ?? 0, 0, output))
            : null;

    private static PipelineRoutingException Rejected(RoutedCall call, Exception? last) => last is null
        ? new PipelineRoutingException($"No endpoint fits the request. Binding: {call.ToRecord().BindingConstraints}.") { Stage = "routing", Requested = "auto" }
        : new PipelineRoutingException($"Every endpoint that fits failed; the last one: {last.Message}", last) { Stage = "routing", Requested = "auto" };

    private RoutedCall Begin(ChatMessage[] messages, ChatOptions? options, bool streams)
    {
        string prompt = "";
        long characters = 0;
        long bytes = 0;
        long images = 0;
        EndpointCapabilities needs = streams ? EndpointCapabilities.Streaming : EndpointCapabilities.None;
        foreach (ChatMessage message in messages)
        {
            string text = message.Text;
            characters += text.Length;
            bytes += Encoding.UTF8.GetByteCount(text);
            if (message.Role == ChatRole.User)
            {
                prompt = text;
            }
            else if (message.Role == ChatRole.System)
            {
                needs |= EndpointCapabilities.SystemMessages;
            }

            foreach (DataContent data in message.Contents.OfType<DataContent>())
            {
                needs |= data.HasTopLevelMediaType("audio") ? EndpointCapabilities.Audio : EndpointCapabilities.Vision;
                images++;
            }
        }

        needs |= (options?.Tools is { Count: > 0 } ? EndpointCapabilities.Tools : 0) | (options?.ResponseFormat is ChatResponseFormatJson ? EndpointCapabilities.Json : 0);
        long frames = ((long)messages.Length * OverheadTokensPerMessage) + (images * TokensOfAnImage);
        foreach (AITool tool in options?.Tools ?? [])
        {
            // Names, descriptions and schemas are sent with the request; four times the description bounds what a schema of plain parameters adds.
            long size = 64 + tool.Name.Length + (4L * tool.Description.Length);
            characters += size;
            bytes += size;
        }

        return _router.Begin(new RouteRequest(prompt)
        {
            InputTokens = (int)Math.Min(int.MaxValue, ((characters + 3) / 4) + frames),
            MaxInputTokens = (int)Math.Min(int.MaxValue, bytes + frames),
            MaxOutputTokens = options?.MaxOutputTokens is { } limit && limit >= 1 ? limit : null,
            Capabilities = needs,
            Constraints = _options.Constraints,
            Tenant = _options.Tenant,
            MaxCost = _options.MaxCost,
            AllowsCascades = _options.Agreement is not null && !streams && options?.Tools is not { Count: > 0 },
        });
    }

    private CallFailure FailureOf(Exception problem) => _options.FailureOf?.Invoke(problem) ?? problem switch
    {
        HttpRequestException { StatusCode: HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableEntity } => CallFailure.BadRequest,
        HttpRequestException { StatusCode: HttpStatusCode.RequestEntityTooLarge } => CallFailure.Unsuited,
        HttpRequestException { StatusCode: HttpStatusCode.RequestTimeout or HttpStatusCode.GatewayTimeout } => CallFailure.Interrupted,
        HttpRequestException { StatusCode: not null } => CallFailure.Unavailable,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError } => CallFailure.Unavailable,
        _ => CallFailure.Interrupted,
    };
}
