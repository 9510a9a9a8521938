using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vouch.AspNetCore.Signing;
using Vouch.Security.Signing;

namespace Vouch.AspNetCore.Tests.Signing;

/// <summary>A real server on loopback and a client that signs.</summary>
public sealed class SignatureVerificationTests : IAsyncLifetime
{
    private static readonly byte[] Secret = TestData.Canary.Bytes;
    private readonly RecordingLogs _logs = new();
    private readonly WebApplication _app;
    private readonly KeyRing _keys = new([SigningKey.FromSecret("farm", Secret)]);
    private int _bound;
    private HttpClient _client = null!;
    private HttpClient _plain = null!;
    private Uri _address = null!;

    public SignatureVerificationTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Trace).AddProvider(_logs);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new KeyRing([SigningKey.FromSecret("farm", Secret)]));
        builder.Services.AddVouchRequestSecurity(options => options.MaxBodyBytes = 100_000);
        _app = builder.Build();
        _app.UseVouchSignatures();
        _app.MapGet("/open", () => "open").AllowUnsigned();
        _app.MapGet("/who", (HttpContext context) => context.Features.Get<VerifiedSignature>()!.KeyId);
        _app.MapPost("/tiles/{name}", (string name, Tile tile) =>
        {
            Interlocked.Increment(ref _bound);
            return $"{name}:{tile.X}";
        });
        _app.MapPost("/echo", async (HttpRequest request) => Results.Bytes(await ReadAsync(request.Body)));
    }

    public async ValueTask InitializeAsync()
    {
        await _app.StartAsync();
        _address = new Uri(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        _client = new HttpClient(new SigningHttpMessageHandler(new MessageSignature(_keys), new SocketsHttpHandler())) { BaseAddress = _address };
        _plain = new HttpClient { BaseAddress = _address };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _plain.Dispose();
        _keys.Dispose();
        await _app.DisposeAsync();
    }

    [Fact]
    public async Task SignedRequest_ReachesItsEndpointWithItsBody()
    {
        (await _client.GetStringAsync("who")).Should().Be("farm");
        HttpResponseMessage response = await _client.PostAsJsonAsync("tiles/a%2Fb%20c?x=%41&y", new Tile(7));
        (await response.Content.ReadAsStringAsync()).Should().Contain(":7");
        byte[] body = [.. Enumerable.Range(0, 100_000).Select(i => (byte)(i * 31))];
        using var stream = new StreamContent(new MemoryStream(body));
        HttpResponseMessage echo = await _client.PostAsync("echo", stream);
        (await echo.Content.ReadAsByteArrayAsync()).Should().Equal(body);
    }

    [Fact]
    public async Task UnsignedOrTamperedRequests_AreRefusedWithOneTextBeforeAnythingIsBound()
    {
        using HttpRequestMessage replayed = await SignedAsync(new Tile(1));
        using HttpRequestMessage twin = Copy(replayed, await replayed.Content!.ReadAsByteArrayAsync());
        using HttpRequestMessage tampered = Copy(await SignedAsync(new Tile(1)), "{\"x\": 2}"u8.ToArray());
        using HttpRequestMessage moved = Copy(await SignedAsync(new Tile(1)), "{\"X\":1}"u8.ToArray());
        moved.RequestUri = new Uri(_address, "/tiles/other");
        (await _plain.SendAsync(replayed)).StatusCode.Should().Be(HttpStatusCode.OK);
        int bound = Volatile.Read(ref _bound);

        var texts = new List<string>();
        foreach (HttpRequestMessage request in (HttpRequestMessage[])[twin, tampered, moved, new HttpRequestMessage(HttpMethod.Post, new Uri(_address, "/tiles/x")) { Content = JsonContent.Create(new Tile(3)) }])
        {
            HttpResponseMessage response = await _plain.SendAsync(request);
            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            texts.Add($"{response.Content.Headers} {await response.Content.ReadAsStringAsync()}");
        }

        texts.Distinct().Should().ContainSingle().Which.Should().EndWith(SignatureVerdict.OutwardText);
        Volatile.Read(ref _bound).Should().Be(bound);
        (await _plain.GetStringAsync("open")).Should().Be("open");
        _logs.Texts.Should().NotBeEmpty().And.OnlyContain(text => !TestData.Canary.Forms.Any(text.Contains), "the secret stands in no log, at whatever level");
    }

    [Fact]
    public async Task LargeBody_IsRefusedWhetherAnnouncedOrNot()
    {
        using var announced = new ByteArrayContent(new byte[100_001]);
        using var streamed = new Endless(3_000_000);

        (await _plain.PostAsync("echo", announced)).StatusCode.Should().Be(HttpStatusCode.RequestEntityTooLarge);
        HttpStatusCode? status = null;
        try
        {
            status = (await _plain.PostAsync("echo", streamed)).StatusCode;
        }
        catch (HttpRequestException)
        {
            // The server may hang up while the rest is still being sent.
        }

        (status ?? HttpStatusCode.RequestEntityTooLarge).Should().Be(HttpStatusCode.RequestEntityTooLarge);
    }

    [Theory]
    [InlineData("GET /who HTTP/1.1\r\nHost: a\r\nConnection: close\r\nSignature-Input: a=()\r\nSignature: a=:AAAA:\r\n\r\n")]
    [InlineData("GET /who?%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\nSignature-Input: \"\r\nSignature: ;;\r\n\r\n")]
    [InlineData("POST /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    public async Task RawRequests_AreRefusedNotFailed(string request)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, _address.Port);
        await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request));
        using var reader = new StreamReader(socket.GetStream());

        (await reader.ReadToEndAsync()).Should().StartWith("HTTP/1.1 401").And.EndWith(SignatureVerdict.OutwardText);
    }

    private static async Task<byte[]> ReadAsync(Stream body)
    {
        using var copy = new MemoryStream();
        await body.CopyToAsync(copy);
        return copy.ToArray();
    }

    private async Task<HttpRequestMessage> SignedAsync(Tile tile)
    {
        var capture = new Capture();
        using var client = new HttpClient(new SigningHttpMessageHandler(new MessageSignature(_keys), capture));
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes($"{{\"X\":{tile.X}}}"));
        content.Headers.ContentType = new("application/json");
        await client.PostAsync(new Uri(_address, "/tiles/x"), content);
        return Copy(capture.Request!, await content.ReadAsByteArrayAsync());
    }

    private static HttpRequestMessage Copy(HttpRequestMessage request, byte[] body)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri) { Content = new ByteArrayContent(body) };
        copy.Content.Headers.ContentType = new("application/json");
        foreach ((string name, IEnumerable<string> values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }

    private sealed record Tile(int X);

    private sealed class Capture : HttpMessageHandler
    {
        public HttpRequestMessage? Request { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Request = request;
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }

    private sealed class Endless(int length) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            for (int i = 0; i < length; i += 10_000)
            {
                await stream.WriteAsync(new byte[10_000]);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
