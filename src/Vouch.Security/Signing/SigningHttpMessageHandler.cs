using Vouch.Core.Exceptions;

namespace Vouch.Security.Signing;

/// <summary>Signs every request of an <see cref="HttpClient"/> with HTTP message signatures (RFC 9421), the body by its digest.</summary>
/// <remarks>
/// Safe to share, as handlers are. The body is read into memory, since its digest goes before it. Put the handler inside of what retries, so that every attempt is signed anew: a second
/// attempt with the first one's signature would be a replay. Source: RFC 9421, RFC 9530.
/// </remarks>
public sealed class SigningHttpMessageHandler : DelegatingHandler
{
    private readonly MessageSignature _signer;

    /// <summary>Initializes a handler.</summary>
    /// <param name="signer">Signs.</param>
    /// <exception cref="ArgumentNullException"><paramref name="signer"/> is null.</exception>
    public SigningHttpMessageHandler(MessageSignature signer)
    {
        ArgumentNullException.ThrowIfNull(signer);
        _signer = signer;
    }

    /// <summary>Initializes a handler with the one that sends.</summary>
    /// <param name="signer">Signs.</param>
    /// <param name="innerHandler">Sends.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public SigningHttpMessageHandler(MessageSignature signer, HttpMessageHandler innerHandler)
        : base(innerHandler)
    {
        ArgumentNullException.ThrowIfNull(signer);
        _signer = signer;
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The ring has no key that signs now, or a header that is to be signed is missing.</exception>
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] body = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        Sign(request, body);
        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The ring has no key that signs now, or a header that is to be signed is missing.</exception>
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        byte[] body = [];
        if (request.Content is not null)
        {
            using var copy = new MemoryStream();
            request.Content.LoadIntoBufferAsync(cancellationToken).GetAwaiter().GetResult(); // the content of a synchronous call is in memory or a synchronous stream
            request.Content.CopyTo(copy, null, cancellationToken);
            body = copy.ToArray();
        }

        Sign(request, body);
        return base.Send(request, cancellationToken);
    }

    private void Sign(HttpRequestMessage request, byte[] body)
    {
        Uri target = request.RequestUri is { IsAbsoluteUri: true } absolute
            ? absolute
            : throw new InvalidOperationException("A request is signed with its absolute address: give the client a base address.");
        request.Headers.Remove(MessageSignature.InputHeader);
        request.Headers.Remove(MessageSignature.SignatureHeader);
        if (_signer.CoversBody)
        {
            request.Headers.Remove(ContentDigest.Header);
            request.Headers.TryAddWithoutValidation(ContentDigest.Header, ContentDigest.Create(body));
        }

        var headers = new List<KeyValuePair<string, string>>();
        foreach ((string name, IEnumerable<string> values) in request.Content is null ? request.Headers : request.Headers.Concat(request.Content.Headers))
        {
            headers.AddRange(values.Select(value => KeyValuePair.Create(name, value)));
        }

        var parts = new HttpRequestParts
        {
            Method = request.Method.Method,
            Scheme = target.Scheme,
            Authority = request.Headers.Host ?? HostOf(target),
            Path = target.AbsolutePath,
            Query = target.Query.Length > 0 ? target.Query[1..] : null,
            Headers = headers,
            Body = body,
        };
        SignatureFailure failure = _signer.TrySign(parts, out string? input, out string? signature);
        if (failure != SignatureFailure.None)
        {
            throw new ConfigurationException(failure is SignatureFailure.UnknownKey or SignatureFailure.KeyExpired
                ? "The request cannot be signed: the key ring has no key that signs now."
                : "The request cannot be signed: a header that is to be signed is missing or holds characters that cannot be signed.")
            {
                OptionName = failure is SignatureFailure.UnknownKey or SignatureFailure.KeyExpired ? nameof(KeyRing) : nameof(MessageSignatureOptions.Components),
            };
        }

        request.Headers.TryAddWithoutValidation(MessageSignature.InputHeader, input);
        request.Headers.TryAddWithoutValidation(MessageSignature.SignatureHeader, signature);
    }

    /// <summary>What the client writes into the Host header.</summary>
    private static string HostOf(Uri target)
    {
        string host = target.HostNameType == UriHostNameType.IPv6 ? $"[{target.IdnHost}]" : target.IdnHost;
        return target.IsDefaultPort ? host : $"{host}:{target.Port}";
    }
}
