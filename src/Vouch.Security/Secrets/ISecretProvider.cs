using Microsoft.Extensions.Primitives;

namespace Vouch.Security.Secrets;

/// <summary>Where secrets come from.</summary>
/// <remarks>Safe to share.</remarks>
public interface ISecretProvider
{
    /// <summary>Reads a secret as it is now.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The secret, which the caller disposes, or null where there is none of that name.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> cannot be the name of a secret here.</exception>
    Secret? Find(string name);

    /// <summary>Gets a token that fires once when a secret may have changed; <see cref="ChangeToken.OnChange(Func{IChangeToken?}, Action)"/> takes it.</summary>
    IChangeToken GetChangeToken();
}
