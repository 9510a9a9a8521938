using Vouch.Resilience.Breakers;

namespace Vouch.Resilience.Admission;

/// <summary>One back end of a pool, as an <see cref="AdmissionGate"/> knows it.</summary>
internal sealed class Destination
{
    public readonly BreakerCore Breaker = new();

    /// <summary>Attempts that count against the pool's limit. Those at a back end that was found dead do not: they hold nothing that others need.</summary>
    public int Counted;

    /// <summary>Rises when the back end is found dead.</summary>
    public int Epoch;

    /// <summary>When anything last came back from it.</summary>
    public long LastAnswer;
}
