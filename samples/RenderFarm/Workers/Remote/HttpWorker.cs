using System.Net.Http.Headers;
using System.Text.Json;
using Vouch.Core.Models;
using Vouch.Core.Work;
using Vouch.Security.Signing;

namespace RenderFarm.Workers.Remote;

/// <summary>A worker in another process: asks it by signed HTTP (RFC 9421) and takes only answers that it signed for that very question.</summary>
/// <remarks>
/// Safe to share. The signature keeps third parties out; it says nothing about whether the worker lies. The id that an answer is signed with is the question's own signature, so an
/// answer to one question cannot be passed off as the answer to another.
/// </remarks>
internal sealed class HttpWorker : IWorker<TileUnit, TileImage>, IDisposable
{
    /// <summary>More than a tile of 512 x 512 pixels takes: a worker must not fill this process's memory.</summary>
    private const long MaxAnswerBytes = 16 << 20;

    private readonly byte[] _key;
    private readonly KeyRing _keys;
    private readonly StandardWebhook _answers;
    private readonly HttpClient _client;

    public HttpWorker(WorkerId id, ReadOnlySpan<byte> key)
        : this(id, key, new SocketsHttpHandler())
    {
    }

    private HttpWorker(WorkerId id, ReadOnlySpan<byte> key, HttpMessageHandler transport)
    {
        Id = id;
        _key = key.ToArray();
        _keys = new KeyRing([SigningKey.FromSecret(id.Value, key)]);
        _answers = new StandardWebhook(_keys);
        _client = new HttpClient(new SigningHttpMessageHandler(new MessageSignature(_keys), transport))
        {
            MaxResponseContentBufferSize = MaxAnswerBytes,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public WorkerId Id { get; }

    public int Capacity => 1;

    /// <summary>Gets where the worker listens.</summary>
    public Uri Address => _client.BaseAddress ?? throw new InvalidOperationException($"{Id} was not told where it listens.");

    /// <summary>Says where the worker listens.</summary>
    public void Connect(int port) => _client.BaseAddress = new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}/"));

    /// <summary>The same worker, reached through another transport.</summary>
    public HttpWorker Through(HttpMessageHandler transport)
    {
        var other = new HttpWorker(Id, _key, transport);
        other._client.BaseAddress = Address;
        return other;
    }

    /// <exception cref="HttpRequestException">The worker is gone, or refuses.</exception>
    /// <exception cref="InvalidDataException">The answer is not signed by the worker for this question, or is no tile.</exception>
    public async ValueTask<TileImage> ExecuteAsync(TileUnit unit, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(unit);
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(TileOrder.Of(unit), WireJson.Default.TileOrder));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, WorkerHost.TilesPath) { Content = content };
        using HttpResponseMessage response = await _client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        string? id = Header(response, StandardWebhook.IdHeader);
        SignatureVerdict verdict = id == Header(request, MessageSignature.SignatureHeader)
            ? _answers.Verify(id, Header(response, StandardWebhook.TimestampHeader), Header(response, StandardWebhook.SignatureHeader), answer)
            : new SignatureVerdict(SignatureFailure.SignatureMismatch, "The answer belongs to another question.");
        return verdict.IsValid
            ? TileImage.FromBytes(answer)
            : throw new InvalidDataException($"The answer of {Id} to {unit.Id} is not its own: {verdict.Failure}. {verdict.Detail}");
    }

    public void Dispose()
    {
        _client.Dispose();
        _keys.Dispose();
    }

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : null;

    private static string? Header(HttpRequestMessage request, string name) => request.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : null;
}
