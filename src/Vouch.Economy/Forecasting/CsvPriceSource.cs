using Vouch.Economy.Pricing;

namespace Vouch.Economy.Forecasting;

/// <summary>Prices from a file of comma-separated rows, read anew at every call.</summary>
/// <remarks>Safe to share. The format is that of <see cref="PriceCsv"/>.</remarks>
public sealed class CsvPriceSource : IPriceSource
{
    private readonly string _path;
    private readonly string _timeColumn;
    private readonly string _priceColumn;

    /// <summary>Initializes a source.</summary>
    /// <param name="path">The file.</param>
    /// <param name="timeColumn">The name of the column of times.</param>
    /// <param name="priceColumn">The name of the column of prices.</param>
    /// <exception cref="ArgumentException">An argument is blank.</exception>
    public CsvPriceSource(string path, string timeColumn = "time", string priceColumn = "price")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentException.ThrowIfNullOrWhiteSpace(timeColumn);
        ArgumentException.ThrowIfNullOrWhiteSpace(priceColumn);
        _path = path;
        _timeColumn = timeColumn;
        _priceColumn = priceColumn;
    }

    /// <inheritdoc/>
    public async ValueTask<PriceCurve> ReadAsync(CancellationToken cancellationToken = default)
    {
        string text = await File.ReadAllTextAsync(_path, cancellationToken).ConfigureAwait(false);
        using var reader = new StringReader(text);
        return PriceCsv.Read(reader, _timeColumn, _priceColumn, _path);
    }
}
