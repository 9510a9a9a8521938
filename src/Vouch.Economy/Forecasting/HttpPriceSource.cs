using System.Globalization;
using System.Text.Json;
using Vouch.Core.Exceptions;
using Vouch.Economy.Pricing;

namespace Vouch.Economy.Forecasting;

/// <summary>Prices from a web service that answers with JSON: an array of objects with a time and a number each.</summary>
/// <remarks>
/// Safe to share. The client is the host's, with its time limits and retries; it is not disposed. At most 16 MiB are read. The rows must follow each other in equal steps, at
/// least one; a single row is taken as an hour.
/// </remarks>
public sealed class HttpPriceSource : IPriceSource
{
    private const int MaxBytes = 16 << 20;

    private readonly HttpClient _client;
    private readonly Uri _address;
    private readonly string _items;
    private readonly string _time;
    private readonly string _price;

    /// <summary>Initializes a source.</summary>
    /// <param name="client">The client.</param>
    /// <param name="address">What to ask for.</param>
    /// <param name="itemsProperty">The property of the answer that holds the array; empty where the answer is the array.</param>
    /// <param name="timeProperty">The property of a row that holds its time, in ISO 8601.</param>
    /// <param name="priceProperty">The property of a row that holds its price.</param>
    /// <exception cref="ArgumentException">An argument is null or blank.</exception>
    public HttpPriceSource(HttpClient client, Uri address, string itemsProperty = "", string timeProperty = "time", string priceProperty = "price")
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(itemsProperty);
        ArgumentException.ThrowIfNullOrWhiteSpace(timeProperty);
        ArgumentException.ThrowIfNullOrWhiteSpace(priceProperty);
        _client = client;
        _address = address;
        _items = itemsProperty;
        _time = timeProperty;
        _price = priceProperty;
    }

    /// <inheritdoc/>
    /// <exception cref="HttpRequestException">The service did not answer, or not with success.</exception>
    public async ValueTask<PriceCurve> ReadAsync(CancellationToken cancellationToken = default)
    {
        using HttpResponseMessage response = await _client.GetAsync(_address, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        using Stream stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        byte[] bytes = new byte[MaxBytes + 1];
        int length = await stream.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (length > MaxBytes)
        {
            throw Bad("$", "a longer answer", $"at most {MaxBytes} bytes");
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes.AsMemory(0, length));
            return Curve(document.RootElement);
        }
        catch (JsonException error)
        {
            throw new InputValidationException($"{_address}: not JSON: {error.Message}", error) { DataSource = _address.ToString(), Location = "$", Expected = "JSON" };
        }
    }

    private PriceCurve Curve(JsonElement root)
    {
        JsonElement items = root;
        if (_items.Length > 0 && (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty(_items, out items)))
        {
            throw Bad("$." + _items, "nothing", "an array of rows");
        }

        if (items.ValueKind != JsonValueKind.Array || items.GetArrayLength() is < 1 or > PriceCurve.MaxSlotCount)
        {
            throw Bad("$." + _items, items.ValueKind.ToString(), string.Create(CultureInfo.InvariantCulture, $"an array of 1 to {PriceCurve.MaxSlotCount} rows"));
        }

        var prices = new List<double>();
        DateTimeOffset start = default;
        DateTimeOffset previous = default;
        TimeSpan step = TimeSpan.FromHours(1);
        foreach (JsonElement row in items.EnumerateArray())
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"$.{_items}[{prices.Count}]");
            if (row.ValueKind != JsonValueKind.Object || !row.TryGetProperty(_time, out JsonElement at) || at.ValueKind != JsonValueKind.String
                || !DateTimeOffset.TryParse(at.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            {
                throw Bad(path + "." + _time, Shorten(row.GetRawText()), "a date and time in ISO 8601");
            }

            if (!row.TryGetProperty(_price, out JsonElement number) || number.ValueKind != JsonValueKind.Number || !number.TryGetDouble(out double price)
                || !(Math.Abs(price) <= PriceCurve.MaxPrice))
            {
                throw Bad(path + "." + _price, Shorten(row.GetRawText()), "a finite number");
            }

            step = prices.Count == 1 ? time - previous : step;
            if (prices.Count > 0 && (time - previous != step || step <= TimeSpan.Zero || step > TimeSpan.FromDays(31)))
            {
                throw Bad(path + "." + _time, at.GetString() ?? "", "a time one step after that of the row before");
            }

            start = prices.Count == 0 ? time : start;
            previous = time;
            prices.Add(price);
        }

        return new PriceCurve(start, step, prices);
    }

    private static string Shorten(string text) => text.Length <= 80 ? text : string.Concat(text.AsSpan(0, 77), "...");

    private InputValidationException Bad(string path, string value, string expected) =>
        new($"{_address}: {path}: expected {expected}, found {value}.") { DataSource = _address.ToString(), Location = path, Value = value, Expected = expected };
}
