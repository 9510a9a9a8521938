using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Vouch.Security.Secrets;

namespace Vouch.Security.Signing;

/// <summary>Keeps a ring's key the one that a secret provider holds: when the secret changes, the ring rotates.</summary>
/// <remarks>
/// Safe to share. A key's name is the secret's name and the first 8 hexadecimal digits of a hash of the secret, so that all who hold the secret call it the same without agreeing on it. A
/// secret that cannot be read, or is too short, leaves the ring as it is.
/// </remarks>
public sealed class SecretKeyRotation : IDisposable
{
    private readonly KeyRing _ring;
    private readonly ISecretProvider _secrets;
    private readonly string _name;
    private readonly TimeSpan _overlap;
    private readonly TimeSpan _delay;
    private readonly Lock _rotating = new();
    private readonly IDisposable _listening;

    /// <summary>Initializes the rotation and puts the present secret into the ring.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="secrets">Holds the secret.</param>
    /// <param name="name">The secret's name.</param>
    /// <param name="overlap">How long an earlier key still verifies, zero or more.</param>
    /// <param name="delay">How long a new key only verifies, zero or more: as long as it takes all holders to hear of it.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A duration is negative.</exception>
    public SecretKeyRotation(KeyRing ring, ISecretProvider secrets, string name, TimeSpan overlap, TimeSpan delay = default)
    {
        ArgumentNullException.ThrowIfNull(ring);
        ArgumentNullException.ThrowIfNull(secrets);
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(overlap, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        _ring = ring;
        _secrets = secrets;
        _name = name;
        _overlap = overlap;
        _delay = delay;
        IsCurrent = TryRotate();
        _listening = ChangeToken.OnChange(secrets.GetChangeToken, () => IsCurrent = TryRotate());
    }

    /// <summary>Gets whether the secret could be read when it last changed.</summary>
    public bool IsCurrent { get; private set; }

    /// <summary>Stops listening; the ring keeps its keys.</summary>
    public void Dispose() => _listening.Dispose();

    private bool TryRotate()
    {
        lock (_rotating)
        {
            try
            {
                using Secret? secret = _secrets.Find(_name);
                SigningKey? key = secret?.Use(_name, static (bytes, name) => bytes.Length < 16 ? null : SigningKey.FromSecret($"{name}.{Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 4))}", bytes));
                if (key is null)
                {
                    return false;
                }

                if (_ring.Entries.Any(entry => entry.Key.Id == key.Id))
                {
                    key.Dispose();
                    return true;
                }

                _ring.Rotate(key, _overlap, _ring.Current is null ? TimeSpan.Zero : _delay);
                return true;
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or Core.Exceptions.VouchException or ArgumentException)
            {
                return false;
            }
        }
    }
}
