using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Vouch.Security.Diagnostics;
using Vouch.Security.Signing;

namespace Vouch.AspNetCore.Signing;

/// <summary>Reads the raw body within a limit, has the request verified, and lets only what is accepted go on, with exactly the bytes that were verified.</summary>
internal sealed partial class SignatureVerificationMiddleware(
    RequestDelegate next,
    IRequestVerifier verifier,
    SecurityMetrics metrics,
    IOptions<SignatureVerificationOptions> options,
    ILogger<SignatureVerificationMiddleware> logger)
{
    private static readonly byte[] OutwardText = System.Text.Encoding.UTF8.GetBytes(SignatureVerdict.OutwardText);
    private readonly int _maxBytes = options.Value.MaxBodyBytes;

    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AllowUnsignedAttribute>() is not null)
        {
            await next(context).ConfigureAwait(false);
            return;
        }

        byte[]? body = await ReadBodyAsync(context.Request, context.RequestAborted).ConfigureAwait(false);
        SignatureVerdict verdict = body is null
            ? new SignatureVerdict(SignatureFailure.TooLarge, "The body is larger than what is taken.")
            : await verifier.VerifyAsync(PartsOf(context, body), context.RequestAborted).ConfigureAwait(false);
        metrics.Verified(verdict.Failure);
        if (!verdict.IsValid)
        {
            LogRefused(logger, verdict.Failure, verdict.Detail, context.TraceIdentifier);
            context.Response.StatusCode = verdict.Failure == SignatureFailure.TooLarge ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status401Unauthorized;
            context.Response.ContentType = "text/plain; charset=utf-8";
            context.Response.ContentLength = OutwardText.Length;
            await context.Response.Body.WriteAsync(OutwardText, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        Stream before = context.Request.Body;
        using var verified = new MemoryStream(body!, writable: false);
        context.Request.Body = verified;
        context.Features.Set(new VerifiedSignature(verdict.KeyId!, verdict.CreatedAt));
        try
        {
            await next(context).ConfigureAwait(false);
        }
        finally
        {
            context.Request.Body = before;
        }
    }

    private static HttpRequestParts PartsOf(HttpContext context, byte[] body)
    {
        HttpRequest request = context.Request;

        // The target as it came: Request.Path is decoded already.
        string target = context.Features.Get<IHttpRequestFeature>()?.RawTarget is { Length: > 0 } raw ? raw : $"{request.PathBase.ToUriComponent()}{request.Path.ToUriComponent()}{request.QueryString.Value}";
        if (!target.StartsWith('/') && Uri.TryCreate(target, UriKind.Absolute, out Uri? absolute))
        {
            target = absolute.PathAndQuery; // a request as proxies get them
        }

        (string path, string? query) = HttpRequestParts.SplitTarget(target);
        var headers = new List<KeyValuePair<string, string>>(request.Headers.Count);
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in request.Headers)
        {
            foreach (string? value in values)
            {
                headers.Add(KeyValuePair.Create(name, value ?? string.Empty));
            }
        }

        return new HttpRequestParts
        {
            Method = request.Method,
            Scheme = request.Scheme,
            Authority = request.Host.Value ?? string.Empty,
            Path = path,
            Query = query,
            Headers = headers,
            Body = body,
        };
    }

    /// <summary>The whole body, or null where it is longer than the limit; no more than one byte beyond that is read.</summary>
    private async ValueTask<byte[]?> ReadBodyAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.ContentLength > _maxBytes)
        {
            return null;
        }

        // What is announced is believed up to 64 KiB; beyond it memory is taken as bytes come.
        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(request.ContentLength ?? 4_096, 1 << 16) + 1);
        try
        {
            int length = 0;
            while (true)
            {
                int room = (int)Math.Min(buffer.Length - length, (long)_maxBytes + 1 - length);
                int read = await request.Body.ReadAsync(buffer.AsMemory(length, room), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return buffer.AsSpan(0, length).ToArray();
                }

                length += read;
                if (length > _maxBytes)
                {
                    return null;
                }

                if (length == buffer.Length)
                {
                    byte[] larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
                    buffer = larger;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    [LoggerMessage(11001, LogLevel.Information, "Refused a request: {Failure}. {Detail} Trace {TraceId}.")]
    private static partial void LogRefused(ILogger logger, SignatureFailure failure, string? detail, string traceId);
}
