namespace Vouch.Economy.Online;

/// <summary>What running jobs that lose their work when they are stopped use of each pool, by what they are worth: when capacity falls, those worth less go first.</summary>
internal sealed class SteadyLoad(int pools)
{
    private const int Classes = 64;

    private readonly double[,] _load = new double[pools, Classes];

    /// <summary>The class of a worth per unit of work: one per power of two.</summary>
    public static int ClassOf(double density) =>
        density <= 0 ? 0 : double.IsPositiveInfinity(density) ? Classes - 1 : Math.Clamp((int)Math.Floor(Math.Log2(density)) + (Classes / 4), 0, Classes - 1);

    public void Change(LiveJob job, int sign)
    {
        for (int k = 0; k < job.Demands.Length; k++)
        {
            _load[k, job.WorthClass] += sign * job.Demands[k];
        }
    }

    /// <summary>What stays ahead of a job when capacity falls: all that is worth more, and half of what is worth as much.</summary>
    public double Before(LiveJob job, int pool)
    {
        double load = _load[pool, job.WorthClass] / 2;
        for (int other = job.WorthClass + 1; other < Classes; other++)
        {
            load += _load[pool, other];
        }

        return load;
    }
}
