namespace Vouch.Resilience.Admission;

/// <summary>One call on its way through an <see cref="AdmissionGate"/>: waiting, or at a back end. What the gate decides about it later is told to it outside of the gate's lock.</summary>
internal abstract class GuardedCall
{
    public long Deadline = long.MaxValue;
    public int Priority;
    public string Tenant = string.Empty;
    public int Attempts;

    /// <summary>Where the current attempt goes; an index into the gate's destinations.</summary>
    public int Destination;

    public RefusalReason Refusal;
    public bool IsProbe;

    /// <summary>The attempt's time is up; it goes on because nothing could take its place.</summary>
    public bool IsLate;

    /// <summary>The gate has told the attempt to stop. Whoever ends the call must not use it for another one, since the telling may still be under way.</summary>
    public bool IsStopped;

    internal enum Place : byte
    {
        Nowhere,
        Waiting,
        Running,
    }

    internal Place Where;
    internal bool IsStale;
    internal bool IsUncounted;
    internal bool IsPaid;
    internal int FlightAtStart;
    internal int Epoch;
    internal long Started;
    internal long Due;
    internal TenantLane? Lane;
    internal GuardedCall? Previous;
    internal GuardedCall? Next;
    internal GuardedCall? NextNotice;

    /// <summary>It has waited, and may call <see cref="Destination"/> now.</summary>
    public abstract void OnAdmitted();

    /// <summary>It has waited in vain.</summary>
    public abstract void OnRefused();

    /// <summary>Its attempt took too long and is to stop. By now the call may have gone on to another one.</summary>
    /// <param name="attempt">What <see cref="OnStopping"/> returned.</param>
    public abstract void OnStopped(object? attempt);

    /// <summary>Called under the gate's lock: says which attempt is meant.</summary>
    public abstract object? OnStopping();
}
