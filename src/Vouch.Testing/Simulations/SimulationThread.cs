using System.Diagnostics;

namespace Vouch.Testing.Simulations;

/// <summary>
/// A thread for simulations, of a stack that does not depend on the caller's, and watched from the caller's thread: a step that blocks would otherwise hang the test for ever.
/// </summary>
internal static class SimulationThread
{
    private const int StackBytes = 16 * 1024 * 1024;

    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    /// <summary>Runs something that runs simulations, and gives it up when one of them no longer takes steps.</summary>
    /// <returns>The report of the simulation that stalled, or null where everything ran to its end.</returns>
    public static SimulationReport? Run(Action<Stage> body, TimeSpan stallLimit)
    {
        var stage = new Stage();
        Exception? error = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    body(stage);
                }
                catch (Exception caught)
                {
                    error = caught;
                }
            },
            StackBytes)
        {
            IsBackground = true,
            Name = "Vouch simulation",
        };
        thread.Start();
        Simulation? watched = null;
        long steps = 0;
        TimeSpan still = TimeSpan.Zero;
        while (!thread.Join(Glance))
        {
            Simulation? current = stage.Current;
            if (current is null || current != watched || current.Steps != steps || Debugger.IsAttached)
            {
                (watched, steps, still) = (current, current?.Steps ?? 0, TimeSpan.Zero);
            }
            else if ((still += Glance) >= stallLimit)
            {
                return current.ReportStall(stallLimit);
            }
        }

        return error is null ? null : throw new InvalidOperationException($"The simulation itself failed: {error.Message}", error);
    }

    /// <summary>Where a thread shows which simulation it runs.</summary>
    internal sealed class Stage
    {
        private volatile Simulation? _current;

        public Simulation? Current
        {
            get => _current;
            set => _current = value;
        }
    }
}
