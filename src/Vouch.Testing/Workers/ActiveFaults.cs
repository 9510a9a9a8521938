using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Workers;

/// <summary>The faults that a worker is under, and what they come to: of two of a kind the worse counts.</summary>
internal sealed class ActiveFaults(SeededRandom random)
{
    private readonly double[] _intensity = new double[FaultSchedule.AllKinds.Count];
    private readonly List<Fault> _active = [];

    public bool Any => _active.Count > 0;

    public bool Crashed => this[FaultKind.Crash] > 0;

    /// <summary>By how much the worker's clock is off, in ticks.</summary>
    public long SkewTicks { get; private set; }

    public double this[FaultKind kind] => _intensity[(int)kind];

    public void Add(Fault fault)
    {
        _active.Add(fault);
        Measure(fault.Kind);
        if (fault.Kind == FaultKind.ClockSkew)
        {
            SkewTicks = (long)(fault.Intensity * 60 * TimeSpan.TicksPerSecond) * (random.Below(2) == 0 ? 1 : -1);
        }
    }

    public void Remove(Fault fault)
    {
        _active.Remove(fault);
        Measure(fault.Kind);
        if (this[FaultKind.ClockSkew] == 0)
        {
            SkewTicks = 0;
        }
    }

    /// <summary>Whether a fault of this kind strikes now, drawn by its intensity.</summary>
    public bool Draws(FaultKind kind)
    {
        double share = _intensity[(int)kind];
        return share > 0 && random.NextDouble() < share;
    }

    /// <summary>How much longer than usual service begun at this time takes, leaks left out.</summary>
    public double ServiceFactor(long ticks)
    {
        double factor = 1 + (9 * this[FaultKind.Slow]);
        double busy = this[FaultKind.CpuSpike];
        return busy > 0 && ticks % TimeSpan.TicksPerSecond < busy * TimeSpan.TicksPerSecond ? factor * 20 : factor;
    }

    /// <summary>How much longer than usual a message is under way, in ticks.</summary>
    public long ExtraDelayTicks()
    {
        long extra = 0;
        if (this[FaultKind.Delay] is > 0 and double delay)
        {
            extra += (long)(-delay * TimeSpan.TicksPerSecond * Math.Log(1 - random.NextDouble()));
        }

        if (Draws(FaultKind.Reorder))
        {
            extra += random.Below(50 * (int)TimeSpan.TicksPerMillisecond);
        }

        return extra;
    }

    private void Measure(FaultKind kind)
    {
        double worst = 0;
        foreach (Fault fault in _active)
        {
            if (fault.Kind == kind)
            {
                worst = Math.Max(worst, fault.Intensity);
            }
        }

        _intensity[(int)kind] = worst;
    }
}
