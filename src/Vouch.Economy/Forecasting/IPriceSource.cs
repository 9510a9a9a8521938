using Vouch.Core.Exceptions;
using Vouch.Economy.Pricing;

namespace Vouch.Economy.Forecasting;

/// <summary>Where a host's prices or carbon intensities come from.</summary>
public interface IPriceSource
{
    /// <summary>Reads the prices that are known.</summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>A gapless curve.</returns>
    /// <exception cref="InputValidationException">The data is not of the format.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<PriceCurve> ReadAsync(CancellationToken cancellationToken = default);
}
