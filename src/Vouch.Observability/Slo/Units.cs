namespace Vouch.Observability.Slo;

/// <summary>Units that measure the same thing, by their usual names and by UCUM.</summary>
internal static class Units
{
    /// <summary>Gives by what a value in one unit is multiplied (positive) or divided (negative) to be in another; null where they do not measure the same thing.</summary>
    public static double? Factor(string? from, string? to)
    {
        if (string.Equals(from, to, StringComparison.Ordinal))
        {
            return 1;
        }

        if (Size(from) is not { } source || Size(to) is not { } target || source.Kind != target.Kind)
        {
            return null;
        }

        decimal factor = source.Size / target.Size;

        // Dividing by a whole number is exact where multiplying by its inverse is not: 250 ms are 0.25 s.
        return factor >= 1 ? (double)factor : -(double)(target.Size / source.Size);
    }

    public static double Convert(double value, double factor) => factor > 0 ? value * factor : value / -factor;

    private static (char Kind, decimal Size)? Size(string? unit) => unit switch
    {
        "ns" => ('t', 1),
        "us" or "µs" or "μs" => ('t', 1e3m),
        "ms" => ('t', 1e6m),
        "s" or "sec" => ('t', 1e9m),
        "m" or "min" => ('t', 60e9m),
        "h" => ('t', 3600e9m),
        "d" => ('t', 86400e9m),
        "B" or "By" => ('b', 1),
        "kB" or "kBy" or "KB" => ('b', 1e3m),
        "MB" or "MBy" => ('b', 1e6m),
        "GB" or "GBy" => ('b', 1e9m),
        "KiB" or "KiBy" => ('b', 1024),
        "MiB" or "MiBy" => ('b', 1048576),
        "GiB" or "GiBy" => ('b', 1073741824),
        null or "" or "1" => ('1', 1),
        "%" => ('1', 0.01m),
        _ => null,
    };
}
