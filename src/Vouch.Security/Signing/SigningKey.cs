using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vouch.Security.Signing;

/// <summary>A key with a name: signs and verifies, never shows itself.</summary>
/// <remarks>
/// <para>Safe to share. Keeps a few prepared states of its algorithm, so that using it costs no key schedule and allocates nothing. The secret is copied on construction and zeroed by
/// <see cref="Dispose"/>; a disposed key verifies nothing and signs nothing, calls under way end well.</para>
/// <para>Codes and signatures are compared in constant time. Sources: RFC 2104 (HMAC), FIPS 186-5 (ECDSA).</para>
/// </remarks>
public sealed class SigningKey : IDisposable
{
    internal const int MaxSignatureBytes = 64;

    private readonly byte[] _secret;
    private readonly StatePool<IncrementalHash>? _hashes;
    private readonly StatePool<ECDsa>? _curves;

    private SigningKey(string id, SignatureAlgorithm algorithm, byte[] secret, ECParameters? curve)
    {
        Id = id;
        Algorithm = algorithm;
        _secret = secret;
        if (curve is { } parameters)
        {
            CanSign = parameters.D is not null;
            _curves = new StatePool<ECDsa>(() => ECDsa.Create(parameters), () => Clear(parameters.D));
        }
        else
        {
            CanSign = true;
            HashAlgorithmName hash = algorithm == SignatureAlgorithm.HmacSha512 ? HashAlgorithmName.SHA512 : HashAlgorithmName.SHA256;
            _hashes = new StatePool<IncrementalHash>(() => IncrementalHash.CreateHMAC(hash, secret), () => Clear(secret));
        }
    }

    /// <summary>Gets the key's name, which travels with signatures.</summary>
    public string Id { get; }

    /// <summary>Gets how the key signs.</summary>
    public SignatureAlgorithm Algorithm { get; }

    /// <summary>Gets whether the key can sign, not only verify.</summary>
    public bool CanSign { get; }

    /// <summary>Gets how long its signatures are, in bytes.</summary>
    public int SignatureBytes => Algorithm == SignatureAlgorithm.HmacSha256 ? 32 : 64;

    /// <summary>Makes an HMAC key.</summary>
    /// <param name="id">The name: 1 to 128 visible ASCII characters without quote, backslash, comma, semicolon and equals sign.</param>
    /// <param name="secret">The secret: copied. At least 16 bytes; 32 random bytes are a good choice.</param>
    /// <param name="algorithm">One of the two HMAC algorithms.</param>
    /// <exception cref="ArgumentException">An argument is not as described.</exception>
    public static SigningKey FromSecret(string id, ReadOnlySpan<byte> secret, SignatureAlgorithm algorithm = SignatureAlgorithm.HmacSha256)
    {
        RequireId(id);
        if (algorithm is not (SignatureAlgorithm.HmacSha256 or SignatureAlgorithm.HmacSha512))
        {
            throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, "A secret makes an HMAC key.");
        }

        return secret.Length < 16
            ? throw new ArgumentException("A secret has at least 16 bytes.", nameof(secret))
            : new SigningKey(id, algorithm, Copy(secret), null);
    }

    /// <summary>Makes an HMAC key from the text form of Standard Webhooks: <c>whsec_</c> and 24 to 64 bytes in Base64.</summary>
    /// <param name="id">The name, as in <see cref="FromSecret"/>.</param>
    /// <param name="secret">The text; the prefix may be left out.</param>
    /// <exception cref="ArgumentException">An argument is not as described; the message does not hold the secret.</exception>
    public static SigningKey FromWebhookSecret(string id, ReadOnlySpan<char> secret)
    {
        const string prefix = "whsec_";
        RequireId(id);
        ReadOnlySpan<char> text = secret.StartsWith(prefix) ? secret[prefix.Length..] : secret;
        Span<byte> bytes = stackalloc byte[96];
        try
        {
            return text.Length <= 128 && Convert.TryFromBase64Chars(text, bytes, out int length) && length is >= 24 and <= 64
                ? new SigningKey(id, SignatureAlgorithm.HmacSha256, Copy(bytes[..length]), null)
                : throw new ArgumentException("A webhook secret is whsec_ and 24 to 64 bytes in Base64.", nameof(secret));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Makes an ECDSA P-256 key from PEM: a private key signs and verifies, a public key verifies.</summary>
    /// <param name="id">The name, as in <see cref="FromSecret"/>.</param>
    /// <param name="pem">The key: PKCS #8, SEC 1 or SubjectPublicKeyInfo.</param>
    /// <exception cref="ArgumentException">An argument is not as described, or the key is not on P-256; the message does not hold the key.</exception>
    public static SigningKey FromPem(string id, ReadOnlySpan<char> pem)
    {
        RequireId(id);
        using var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
        }
        catch (Exception wrong) when (wrong is CryptographicException or ArgumentException)
        {
            throw new ArgumentException("The text is no PEM of an elliptic curve key.", nameof(pem));
        }

        return FromEcdsa(id, key);
    }

    /// <summary>Makes an ECDSA P-256 key from a key object, of which it takes a copy.</summary>
    /// <param name="id">The name, as in <see cref="FromSecret"/>.</param>
    /// <param name="key">The key; with its private part, where that can be exported, it signs too.</param>
    /// <exception cref="ArgumentNullException"><paramref name="key"/> is null.</exception>
    /// <exception cref="ArgumentException">The key is not on P-256, or the name is not as described.</exception>
    public static SigningKey FromEcdsa(string id, ECDsa key)
    {
        RequireId(id);
        ArgumentNullException.ThrowIfNull(key);
        ECParameters parameters;
        try
        {
            parameters = key.ExportParameters(true);
        }
        catch (CryptographicException)
        {
            parameters = key.ExportParameters(false);
        }

        // A curve has a name on some platforms and a number on others.
        return key.KeySize != 256 || !(parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value || parameters.Curve.Oid.FriendlyName is "nistP256" or "ECDSA_P256")
            ? throw new ArgumentException("The key is not on the curve P-256.", nameof(key))
            : new SigningKey(id, SignatureAlgorithm.EcdsaP256Sha256, [], parameters);
    }

    /// <summary>Signs bytes.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="signature">Where the signature goes: at least <see cref="SignatureBytes"/> long.</param>
    /// <returns>False where the key is disposed or cannot sign; then nothing is written.</returns>
    /// <exception cref="ArgumentException"><paramref name="signature"/> is too short.</exception>
    public bool TrySign(ReadOnlySpan<byte> data, Span<byte> signature) => TrySign(data, default, signature);

    /// <summary>Verifies a signature of bytes, in constant time.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="signature">The signature; of another length than <see cref="SignatureBytes"/> it is none.</param>
    /// <returns>Whether the key made it. False where the key is disposed.</returns>
    public bool Verify(ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != SignatureBytes)
        {
            return false;
        }

        if (_curves is not null)
        {
            ECDsa? curve = _curves.Rent();
            try
            {
                return curve?.VerifyData(data, signature, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation) == true;
            }
            finally
            {
                _curves.Return(curve);
            }
        }

        Span<byte> expected = stackalloc byte[MaxSignatureBytes];
        return TrySign(data, default, expected) && CryptographicOperations.FixedTimeEquals(expected[..signature.Length], signature);
    }

    /// <summary>Zeroes the secret. Signing and verifying fail from now on.</summary>
    public void Dispose()
    {
        _hashes?.Dispose();
        _curves?.Dispose();
    }

    /// <summary>Returns the name and the algorithm, never the secret.</summary>
    public override string ToString() => $"{Id} ({Algorithm})";

    /// <summary>Signs two pieces as one.</summary>
    internal bool TrySign(ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, Span<byte> signature)
    {
        if (signature.Length < SignatureBytes)
        {
            throw new ArgumentException($"A signature of {Algorithm} takes {SignatureBytes} bytes.", nameof(signature));
        }

        if (_hashes is not null)
        {
            IncrementalHash? hash = _hashes.Rent();
            if (hash is null)
            {
                return false;
            }

            hash.AppendData(head);
            if (!tail.IsEmpty)
            {
                hash.AppendData(tail);
            }

            hash.GetHashAndReset(signature);
            _hashes.Return(hash);
            return true;
        }

        ECDsa? curve = CanSign ? _curves!.Rent() : null;
        if (curve is null)
        {
            return false;
        }

        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        digest.AppendData(head);
        digest.AppendData(tail);
        Span<byte> value = stackalloc byte[SHA256.HashSizeInBytes];
        digest.GetHashAndReset(value);
        bool done = curve.TrySignHash(value, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out _);
        _curves!.Return(curve);
        return done;
    }

    /// <summary>Copies the secret of an HMAC key; the caller zeroes the copy.</summary>
    internal bool TryCopySecret(Span<byte> target, out int length)
    {
        length = _secret.Length;
        if (_hashes is null || length > target.Length)
        {
            return false;
        }

        lock (_secret)
        {
            _secret.CopyTo(target);
            return !_hashes.IsDisposed;
        }
    }

    internal static UInt128 TokenOf(ReadOnlySpan<byte> code) => BinaryPrimitives.ReadUInt128LittleEndian(code);

    private static byte[] Copy(ReadOnlySpan<byte> secret)
    {
        // Pinned, so that the collector leaves no copies behind when it moves things.
        byte[] copy = GC.AllocateUninitializedArray<byte>(secret.Length, pinned: true);
        secret.CopyTo(copy);
        return copy;
    }

    private static void Clear(byte[]? bytes)
    {
        if (bytes is not null)
        {
            lock (bytes)
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        }
    }

    private static void RequireId(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length is 0 or > 128 || id.AsSpan().ContainsAnyExceptInRange('!', '~') || id.AsSpan().ContainsAny("\"\\,;="))
        {
            throw new ArgumentException("A key's name has 1 to 128 visible ASCII characters without quote, backslash, comma, semicolon and equals sign.", nameof(id));
        }
    }
}
