namespace Vouch.Observability.RootCause;

/// <summary>A service that may be the cause, with what accuses it.</summary>
/// <param name="Service">The service.</param>
/// <param name="Operation">The operation of it that changed most; null where a metric accuses the service as a whole.</param>
/// <param name="Score">The strength of its strongest accusation: the order of suspects.</param>
/// <param name="TailProbability">How likely a normal window is to accuse any service as strongly by any channel, in [0, 1].</param>
/// <param name="Accusations">The findings, the strongest of each channel first by strength; at least one.</param>
public sealed record Suspect(string Service, string? Operation, double Score, double TailProbability, IReadOnlyList<Accusation> Accusations)
{
    /// <summary>Gets the channel of the strongest accusation.</summary>
    public AccusationChannel Channel => Accusations[0].Channel;

    /// <summary>Returns the suspect in one line.</summary>
    public override string ToString() => $"{Service}: {Accusations[0]}";
}
