using Microsoft.Extensions.DependencyInjection;

namespace Vouch;

/// <summary>What <see cref="VouchServiceCollectionExtensions.AddVouch"/> hands to its callback: each Vouch package adds itself by an extension method on it.</summary>
public interface IVouchBuilder
{
    /// <summary>Gets the services that the packages register themselves in.</summary>
    IServiceCollection Services { get; }
}
