using Microsoft.Extensions.DependencyInjection;
using Vouch;
using Vouch.Security.RateLimiting;
using Vouch.Security.Replay;
using Vouch.Security.Signing;

namespace PackageExamples;

/// <summary>The program that the README of Vouch.Security quotes.</summary>
public static class SecurityExample
{
    /// <summary>Runs it.</summary>
    public static async Task RunAsync()
    {
        #region readme
        // Three requests at once for each client, ten a minute; the answer says what is left and when to come back.
        var limiter = new KeyedRateLimiter<string>(RateQuota.PerMinute(10, burst: 3));
        Console.WriteLine(limiter.Acquire("client 17"));

        // A request is signed, verified over its raw bytes, and accepted once.
        using var keys = new KeyRing([SigningKey.FromSecret("2026-11", "a secret of at least 16 bytes"u8)]);
        var signatures = new MessageSignature(keys, replays: new ReplayStore());
        byte[] body = "{\"tile\": 7}"u8.ToArray();
        KeyValuePair<string, string>[] headers = [new(ContentDigest.Header, ContentDigest.Create(body))];
        HttpRequestParts request = new() { Method = "POST", Authority = "worker.example", Path = "/render", Headers = headers, Body = body };
        signatures.TrySign(request, out string? input, out string? signature);
        HttpRequestParts signed = new() { Method = "POST", Authority = "worker.example", Path = "/render", Headers = [.. headers, new("Signature-Input", input!), new("Signature", signature!)], Body = body };
        Console.WriteLine((await signatures.VerifyAsync(signed)).IsValid);          // True
        Console.WriteLine((await signatures.VerifyAsync(signed)).Failure);          // Replayed: for the log; the sender is told SignatureVerdict.OutwardText
        #endregion
    }

    /// <summary>The client and the registration that the README shows beside it.</summary>
    public static HttpClient Register(IServiceCollection services, KeyRing keys)
    {
        #region container
        services.AddVouchSecurity(options => options.Permits = 600); // a minute and key
        services.Configure<ReplayStoreOptions>(options => options.JournalPath = "replays.journal");
        // or: services.AddVouch(vouch => vouch.AddSecurity());

        return new HttpClient(new SigningHttpMessageHandler(new MessageSignature(keys), new SocketsHttpHandler()));
        #endregion
    }
}
