namespace Vouch.Evaluation.Resilience.Storm;

internal enum Happening
{
    Arrival,
    AtBackend,
    Served,
    Answered,
    Timer,
    FaultBegins,
    FaultEnds,
}
