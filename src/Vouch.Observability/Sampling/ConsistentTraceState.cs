using System.Globalization;

namespace Vouch.Observability.Sampling;

/// <summary>The <c>ot</c> member of a <c>tracestate</c>: the threshold that was applied and the randomness, where the trace id does not carry it.</summary>
/// <param name="Threshold">The threshold of the sampler before, or null where none is stated or it cannot be read.</param>
/// <param name="Randomness">The stated randomness in [0, 2^56), or null for that of the trace id.</param>
public readonly record struct ConsistentTraceState(ConsistentThreshold? Threshold, long? Randomness)
{
    private const string Vendor = "ot";
    private const int MostMembers = 32;

    /// <summary>Reads a <c>tracestate</c>.</summary>
    /// <param name="traceState">The header's value; null and malformed ones give nothing.</param>
    public static ConsistentTraceState Read(string? traceState)
    {
        ConsistentThreshold? threshold = null;
        long? randomness = null;
        foreach (string field in Fields(traceState))
        {
            if (field.StartsWith("th:", StringComparison.Ordinal) && ConsistentThreshold.TryParse(field.AsSpan(3), out ConsistentThreshold read))
            {
                threshold = read;
            }
            else if (field.StartsWith("rv:", StringComparison.Ordinal) && field.Length == 17
                && long.TryParse(field.AsSpan(3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out long value))
            {
                randomness = value;
            }
        }

        return new ConsistentTraceState(threshold, randomness);
    }

    /// <summary>Writes a threshold into a <c>tracestate</c>: its <c>ot</c> member comes first, other fields of it and other members stay, the last ones beyond 32 are dropped.</summary>
    /// <param name="traceState">What was received; null for nothing.</param>
    /// <param name="threshold">The threshold that was applied.</param>
    /// <returns>The new value.</returns>
    public static string Write(string? traceState, ConsistentThreshold threshold)
    {
        IEnumerable<string> kept = Fields(traceState).Where(field => field.Length > 0 && !field.StartsWith("th:", StringComparison.Ordinal));
        string own = $"{Vendor}={string.Join(';', kept.Prepend($"th:{threshold}"))}";
        return string.Join(',', Members(traceState).Where(member => !IsOwn(member)).Prepend(own).Take(MostMembers));
    }

    private static string[] Fields(string? traceState)
    {
        string? own = Members(traceState).FirstOrDefault(IsOwn);
        return own is null ? [] : own[(Vendor.Length + 1)..].Split(';');
    }

    private static string[] Members(string? traceState) => traceState is null ? [] : traceState.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static bool IsOwn(string member) => member.StartsWith("ot=", StringComparison.Ordinal);
}
