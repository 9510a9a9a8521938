namespace Vouch.Testing.Faults;

/// <summary>What faults strike.</summary>
internal interface IFaultTarget
{
    void Strike(Fault fault);

    void Lift(Fault fault);
}
