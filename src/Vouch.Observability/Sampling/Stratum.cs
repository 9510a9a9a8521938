namespace Vouch.Observability.Sampling;

/// <summary>A kind of trace: how many came in this window and in the one before.</summary>
internal sealed class Stratum(string type, int kind)
{
    public long Count;
    public long Before;

    public string Type { get; } = type;

    public int Kind { get; } = kind;
}
