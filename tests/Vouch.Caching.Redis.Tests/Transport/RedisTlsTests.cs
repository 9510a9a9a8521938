using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Vouch.Caching.Redis.Transport;

namespace Vouch.Caching.Redis.Tests.Transport;

/// <summary>Encrypted connections to a real server, with a certificate made for the test.</summary>
public sealed class RedisTlsTests : IDisposable
{
    private readonly RedisServerProcess _server = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("vouch-tls-").FullName;

    public void Dispose()
    {
        _server.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task UseTls_CertificateOfTheGivenAuthority_Works()
    {
        RedisOptions options = Start(IPAddress.Loopback);
        using var client = new RedisClient(options);

        (await client.SendAsync([new("SET", "a", "1"), new("GET", "a")], TestContext.Current.CancellationToken))[1].Text.Should().Be("1");
    }

    [Fact]
    public async Task UseTls_UnknownAuthority_IsRefused()
    {
        RedisOptions options = Start(IPAddress.Loopback);
        options.CertificateAuthority = null;
        using var client = new RedisClient(options);

        await client.Invoking(it => it.SendAsync([new("PING")])).Should().ThrowAsync<RedisConnectionException>();
    }

    [Fact]
    public async Task UseTls_CertificateOfAnotherHost_IsRefused()
    {
        RedisOptions options = Start(IPAddress.Parse("192.0.2.1"));
        using var client = new RedisClient(options);

        await client.Invoking(it => it.SendAsync([new("PING")])).Should().ThrowAsync<RedisConnectionException>();
    }

    [Fact]
    public void CertificateAuthority_WithoutTls_IsRefused() =>
        FluentActions.Invoking(() => new RedisClient(new RedisOptions { CertificateAuthority = "ca.pem" })).Should().Throw<Microsoft.Extensions.Options.OptionsValidationException>().WithMessage("*UseTls*");

    private RedisOptions Start(IPAddress subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=vouch test", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(subject);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string pem = Path.Combine(_folder, "certificate.pem");
        string keyPem = Path.Combine(_folder, "key.pem");
        File.WriteAllText(pem, certificate.ExportCertificatePem());
        File.WriteAllText(keyPem, key.ExportPkcs8PrivateKeyPem());
        _server.StartTls("--tls-port", _server.Port.ToString(CultureInfo.InvariantCulture), "--tls-cert-file", pem, "--tls-key-file", keyPem, "--tls-ca-cert-file", pem, "--tls-auth-clients", "no");
        RedisOptions options = _server.Options;
        options.UseTls = true;
        options.CertificateAuthority = pem;
        return options;
    }
}
