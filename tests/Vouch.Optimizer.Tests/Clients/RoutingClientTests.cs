using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Clients;
using Vouch.Optimizer.Decisions;
using Vouch.Optimizer.Endpoints;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Routing;
using Vouch.Optimizer.Tests.Routing;
using Vouch.Testing;

namespace Vouch.Optimizer.Tests.Clients;

public sealed class RoutingClientTests
{
    private const string Question = """{"model":"auto","messages":[{"role":"user","content":"What is 2+2?"}],"temperature":0.5}""";
    private const string Whole = """{"id":"x","choices":[{"message":{"content":"4"}}],"usage":{"prompt_tokens":12,"completion_tokens":50,"completion_tokens_details":{"reasoning_tokens":40}}}""";

    private readonly ManualTimeProvider _time = new();
    private readonly List<(string Host, JsonNode Body, string? Key)> _sent = [];

    [Fact]
    public async Task SendAsync_WholeAnswer_IsPassedOnAndCharged()
    {
        using Router router = Router();
        RoutingClient client = Client(router, _ => Answer(Whole));

        await using RoutedReply reply = await SendAsync(client, Question);

        (reply.Status, reply.Attempts, reply.Usage).Should().Be((HttpStatusCode.OK, 1, new TokenUsage(12, 50, 40)));
        Encoding.UTF8.GetString(reply.Body.Span).Should().Be(Whole);
        reply.Charged.Value.Should().Be(62 * 100_000);
        reply.Answer!.Value.Endpoint.Should().Be("best");
        router.Budgets.OpenReservations.Should().Be(0);
        (string host, JsonNode body, string? key) = _sent.Single();
        (host, key).Should().Be(("best", "key-best"));
        ((string)body["model"]!, (int)body["max_tokens"]!, (double)body["temperature"]!).Should().Be(("best", 1_000, 0.5));
        body["stream_options"].Should().BeNull();
    }

    [Fact]
    public async Task SendAsync_LimitOfTheCaller_KeepsItsNameAndIsNeverRaised()
    {
        using Router router = Router();
        RoutingClient client = Client(router, _ => Answer(Whole));

        await using RoutedReply reply = await SendAsync(client, Question.Replace("\"temperature\"", "\"max_completion_tokens\":7,\"temperature\""));

        ((int)_sent[0].Body["max_completion_tokens"]!).Should().Be(7);
        _sent[0].Body["max_tokens"].Should().BeNull();
        reply.Decision.Request.MaxOutputTokens.Should().Be(7);
    }

    public static TheoryData<HttpStatusCode, string, string[], bool> Refusals => new()
    {
        { HttpStatusCode.TooManyRequests, "", ["best", "middle"], true },
        { HttpStatusCode.InternalServerError, "", ["best", "middle"], true },
        { HttpStatusCode.Unauthorized, "", ["best", "middle"], true },
        { HttpStatusCode.PaymentRequired, "", ["best", "middle"], true },
        { HttpStatusCode.BadRequest, """{"error":{"code":"context_length_exceeded"}}""", ["best", "middle"], false },
        { HttpStatusCode.RequestEntityTooLarge, "", ["best", "middle"], false },
        { HttpStatusCode.BadRequest, """{"error":{"message":"bad tool"}}""", ["best"], false },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task SendAsync_EndpointRefuses_FallsBackOrStopsAsTheStatusSays(HttpStatusCode status, string body, string[] tried, bool coolsDown)
    {
        using Router router = Router();
        RoutingClient client = Client(router, host => host == "best" ? Answer(body, status, retryAfter: 30) : Answer(Whole));

        await using RoutedReply reply = await SendAsync(client, Question);

        _sent.Select(sent => sent.Host).Should().Equal(tried);
        reply.Status.Should().Be(tried.Length == 1 ? status : HttpStatusCode.OK);
        router.Status()[2].BlockedFor.Should().Be(coolsDown ? TimeSpan.FromSeconds(30) : TimeSpan.Zero);
        if (tried.Length == 1)
        {
            Encoding.UTF8.GetString(reply.Body.Span).Should().Be(body);
        }
    }

    [Fact]
    public async Task SendAsync_EverythingFails_SaysSoInTheInterfacesForm()
    {
        using Router router = Router();
        RoutingClient client = Client(router, _ => throw new HttpRequestException(HttpRequestError.ConnectionError));

        await using RoutedReply reply = await SendAsync(client, Question);
        await using RoutedReply later = await SendAsync(client, Question);

        (reply.Status, reply.Attempts, reply.Charged.Value).Should().Be((HttpStatusCode.BadGateway, 3, 0));
        JsonNode.Parse(reply.Body.Span)!["error"]!["code"]!.GetValue<string>().Should().Be("endpoints_failed");
        (later.Status, later.Attempts).Should().Be((HttpStatusCode.ServiceUnavailable, 0));
        later.RetryAfter.Should().Be(TimeSpan.FromSeconds(1));
        later.Decision.BindingConstraints.Should().Be(RoutingConstraint.Unhealthy);
        _sent.Should().HaveCount(3, "nobody is asked while all cool down");
    }

    [Fact]
    public async Task SendAsync_BrokenAfterTheConnection_IsChargedInFull()
    {
        using Router router = Router();
        RoutingClient client = Client(router, host => host == "best" ? throw new HttpRequestException(HttpRequestError.ResponseEnded) : Answer(Whole));

        await using RoutedReply reply = await SendAsync(client, Question);

        // What was set aside for best, and what middle did cost.
        reply.Charged.Value.Should().Be((long)((reply.Decision.Request.MaxInputTokens + 1_000) * 100_000) + (62 * 10_000));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SendAsync_Stream_IsPassedOnEventByEventAndCharged(bool wantsUsage)
    {
        using Router router = Router();
        string[] events = [Piece("He"), Piece("llo"), """data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":2}}""", "data: [DONE]"];
        RoutingClient client = Client(router, _ => Stream(string.Concat(events.Select((text, i) => text + (i % 2 == 0 ? "\n\n" : "\r\n\r\n"))), chunk: 7));

        await using RoutedReply reply = await SendAsync(client, Streaming(wantsUsage));
        List<string> read = await ReadAllAsync(reply);

        read.Select(text => text.TrimEnd()).Should().Equal(wantsUsage ? events : [events[0], events[1], events[3]]);
        (reply.Usage, reply.Charged.Value).Should().Be((new TokenUsage(10, 2), 12 * 100_000));
        router.Budgets.OpenReservations.Should().Be(0);
        ((bool)_sent[0].Body["stream_options"]!["include_usage"]!).Should().BeTrue("the router needs to know even where the caller does not");
    }

    [Fact]
    public async Task SendAsync_StreamFailsBeforeItsFirstEvent_FallsBack_AfterIt_DoesNot()
    {
        using Router router = Router();
        RoutingClient client = Client(router, host => host == "best" ? Stream("") : Stream(Piece("He") + "\n\n"));

        await using RoutedReply reply = await SendAsync(client, Streaming(false));
        reply.Answer!.Value.Endpoint.Should().Be("middle");
        Func<Task> read = () => ReadAllAsync(reply);

        await read.Should().ThrowAsync<IOException>("an answer without an end is not passed off as whole");
        router.Budgets.OpenReservations.Should().Be(0);
        router.Status()[1].ConsecutiveFailures.Should().Be(1);
        _sent.Should().HaveCount(2);
    }

    [Fact]
    public async Task DisposeAsync_StreamNotReadToItsEnd_ChargesInFull()
    {
        using Router router = Router();
        RoutingClient client = Client(router, _ => Stream(Piece("He") + "\n\n" + Piece("llo") + "\n\n"));
        RoutedReply reply = await SendAsync(client, Streaming(false));

        await reply.ReadEventAsync();
        await reply.DisposeAsync();

        reply.Charged.Should().Be(reply.Decision.Reserved);
        router.Budgets.OpenReservations.Should().Be(0);
        router.Status()[2].ConsecutiveFailures.Should().Be(0, "the caller left; the endpoint did nothing wrong");
    }

    [Fact]
    public async Task SendAsync_CallerCancels_Throws()
    {
        using Router router = Router();
        using var cancelled = new CancellationTokenSource();
        RoutingClient client = Client(router, _ =>
        {
            cancelled.Cancel();
            throw new OperationCanceledException(cancelled.Token);
        });

        await client.Awaiting(c => c.SendAsync(ChatRequest.Parse(Encoding.UTF8.GetBytes(Question)), cancellationToken: cancelled.Token)).Should().ThrowAsync<OperationCanceledException>();

        router.Budgets.OpenReservations.Should().Be(0);
    }

    [Fact]
    public async Task SendAsync_ModelByName_GoesThereAlone_AndUnknownNamesAreRefused()
    {
        using Router router = Router();
        RoutingClient client = Client(router, _ => Answer(Whole));

        await using RoutedReply reply = await SendAsync(client, Question.Replace("auto", "cheap"));

        _sent.Single().Host.Should().Be("cheap");
        await client.Awaiting(c => SendAsync(c, Question.Replace("auto", "gpt-9"))).Should().ThrowAsync<InputValidationException>().WithMessage("*gpt-9*auto*cheap*");
    }

    [Fact]
    public async Task SendAsync_ExceptionOfTheHostsHandler_CountsAsTheHostSays()
    {
        using Router router = Router();
        RoutingClient client = Client(router, host => host == "best" ? throw new NotSupportedException("limiter") : Answer(Whole), _ => CallFailure.Unavailable);

        await using RoutedReply reply = await SendAsync(client, Question);

        (reply.Answer!.Value.Endpoint, reply.Charged.Value).Should().Be(("middle", 62 * 10_000));
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("[]", "$")]
    [InlineData("""{"messages":[{"role":"user","content":"x"}]}""", "$.model")]
    [InlineData("""{"model":"auto"}""", "$.messages")]
    [InlineData("""{"model":"auto","messages":[]}""", "$.messages")]
    [InlineData("""{"model":"auto","messages":[3]}""", "$.messages[0].role")]
    [InlineData("""{"model":"auto","messages":[{"role":"user","content":3}]}""", "$.messages[*].content")]
    [InlineData("""{"model":"auto","n":2,"messages":[{"role":"user","content":"x"}]}""", "$.n")]
    [InlineData("""{"model":"auto","max_tokens":0,"messages":[{"role":"user","content":"x"}]}""", "$.max_tokens")]
    public void Parse_NoSuchRequest_SaysWhere(string body, string location) =>
        FluentActions.Invoking(() => ChatRequest.Parse(Encoding.UTF8.GetBytes(body))).Should().Throw<InputValidationException>().Which.Location.Should().Be(location);

    [Fact]
    public void Parse_EveryNeed_IsSeen()
    {
        using ChatRequest request = ChatRequest.Parse("""
            {"model":"auto","stream":true,"logprobs":true,"tools":[{"type":"function"}],"response_format":{"type":"json_object"},
             "messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"first"},{"role":"assistant","content":null},
                         {"role":"user","content":[{"type":"text","text":"What is "},{"type":"text","text":"this?"},{"type":"image_url","image_url":{"url":"data:"}}]}]}
            """u8.ToArray());

        request.Capabilities.Should().Be(EndpointCapabilities.Streaming | EndpointCapabilities.LogProbabilities | EndpointCapabilities.Tools | EndpointCapabilities.Json | EndpointCapabilities.SystemMessages | EndpointCapabilities.Vision);
        request.Prompt.Should().Be("What is this?");
        request.InputTokens.Should().BeGreaterThan(2_048);
        request.MaxInputTokens.Should().BeGreaterThan(request.InputTokens);
    }

    [Fact]
    public async Task EventStreamReader_AnyCut_GivesTheSameEvents()
    {
        byte[] text = Encoding.UTF8.GetBytes("data: a\n\n: comment\r\ndata: b\r\ndata:c\r\n\r\nevent: x\ndata: é\n\ndata: lost");
        for (int chunk = 1; chunk < 12; chunk++)
        {
            using var reader = new EventStreamReader(new Chunked(text, chunk), 1 << 20);
            var data = new List<string>();
            while (await reader.ReadAsync(default) is { IsEmpty: false } read)
            {
                data.Add(Encoding.UTF8.GetString(EventStreamReader.DataOf(read).Span));
            }

            data.Should().Equal("a", "b\nc", "é");
        }
    }

    [Fact]
    public async Task EventStreamReader_EndlessEvent_IsRefused()
    {
        using var reader = new EventStreamReader(new Chunked(new byte[1 << 20], 4_096), 64 << 10);

        await reader.Awaiting(r => r.ReadAsync(default).AsTask()).Should().ThrowAsync<IOException>();
    }

    private static string Piece(string text) => "data: " + JsonSerializer.Serialize(new { choices = new[] { new { delta = new { content = text } } } });

    private static string Streaming(bool wantsUsage) => Question.Replace("\"temperature\"", "\"stream\":true," + (wantsUsage ? "\"stream_options\":{\"include_usage\":true}," : "") + "\"temperature\"");

    private static HttpResponseMessage Answer(string body, HttpStatusCode status = HttpStatusCode.OK, int? retryAfter = null)
    {
        var response = new HttpResponseMessage(status) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        response.Headers.RetryAfter = retryAfter is { } seconds ? new RetryConditionHeaderValue(TimeSpan.FromSeconds(seconds)) : null;
        return response;
    }

    private static HttpResponseMessage Stream(string body, int chunk = 1_000)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new StreamContent(new Chunked(Encoding.UTF8.GetBytes(body), chunk)) };
        response.Content.Headers.ContentType = new MediaTypeHeaderValue("text/event-stream");
        return response;
    }

    private static async Task<List<string>> ReadAllAsync(RoutedReply reply)
    {
        var all = new List<string>();
        while (await reply.ReadEventAsync() is { IsEmpty: false } read)
        {
            all.Add(Encoding.UTF8.GetString(read.Span));
        }

        return all;
    }

    private static async Task<RoutedReply> SendAsync(RoutingClient client, string body)
    {
        using ChatRequest request = ChatRequest.Parse(Encoding.UTF8.GetBytes(body));
        return await client.SendAsync(request);
    }

    private Router Router() => RoutingBench.Router(
        RoutingBench.Three(o => o.Address = "http://cheap/v1", o => o.Address = "http://middle/v1", o => o.Address = "http://best/v1"), new RoutingPolicy("quality", 0), time: _time);

    private RoutingClient Client(Router router, Func<string, HttpResponseMessage> answer, Func<Exception, CallFailure?>? failureOf = null) =>
        new(router, new HttpClient(new StandIn(this, answer)), new RoutingClientOptions { KeyOf = endpoint => "key-" + endpoint.Id, FailureOf = failureOf });

    private sealed class StandIn(RoutingClientTests test, Func<string, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.RequestUri!.AbsolutePath.Should().Be("/v1/chat/completions");
            test._sent.Add((request.RequestUri.Host, JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!, request.Headers.Authorization?.Parameter));
            return answer(request.RequestUri.Host);
        }
    }

    /// <summary>A stream that gives a few bytes at a time, as networks do.</summary>
    private sealed class Chunked(byte[] bytes, int chunk) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}
