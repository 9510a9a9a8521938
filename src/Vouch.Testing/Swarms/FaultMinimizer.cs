using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Swarms;

/// <summary>
/// Searches for fewer and smaller faults that fail a run in the same way: delta debugging over the list, then halving of durations and intensities.
/// </summary>
/// <remarks>Source: A. Zeller, R. Hildebrandt, Simplifying and isolating failure-inducing input, IEEE TSE 28(2), 2002 (ddmin).</remarks>
internal sealed class FaultMinimizer(Func<FaultSchedule, SimulationReport> run, SimulationReport failure, int maxRuns)
{
    private readonly SimulationFailureKind _kind = failure.Failure!.Kind;
    private SimulationReport _best = failure;

    public int Runs { get; private set; }

    public SimulationReport Minimize()
    {
        if (_kind is SimulationFailureKind.Escape or SimulationFailureKind.Stall or SimulationFailureKind.NotRepeatable || _best.Faults.Count == 0)
        {
            return _best;
        }

        if (!Fails([]))
        {
            Reduce();
            Shrink();
        }

        return _best;
    }

    /// <summary>Leaves out ever smaller parts until no single fault can be left out.</summary>
    private void Reduce()
    {
        int parts = 2;
        while (_best.Faults.Count >= 2)
        {
            Fault[] faults = [.. _best.Faults];
            parts = Math.Min(parts, faults.Length);
            bool reduced = false;
            for (int i = 0; i < parts && !reduced; i++)
            {
                int from = faults.Length * i / parts;
                int to = faults.Length * (i + 1) / parts;
                reduced = Fails([.. faults[..from], .. faults[to..]]);
            }

            if (reduced)
            {
                parts = Math.Max(2, parts - 1);
            }
            else if (parts >= faults.Length)
            {
                return;
            }
            else
            {
                parts *= 2;
            }
        }
    }

    private void Shrink()
    {
        for (int i = 0; i < _best.Faults.Count; i++)
        {
            while (_best.Faults[i] is var fault && fault.Duration.TotalMilliseconds >= 2
                && FailsWith(i, new Fault(fault.Kind, fault.Worker, fault.Start, TimeSpan.FromMilliseconds(Math.Floor(fault.Duration.TotalMilliseconds / 2)), fault.Intensity)))
            {
            }

            while (_best.Faults[i] is var fault && fault.Intensity > 0.1
                && FailsWith(i, new Fault(fault.Kind, fault.Worker, fault.Start, fault.Duration, Math.Max(0.1, Math.Round(fault.Intensity / 2, 1, MidpointRounding.ToZero)))))
            {
            }
        }
    }

    private bool FailsWith(int index, Fault smaller) => Fails([.. _best.Faults.Select((fault, i) => i == index ? smaller : fault)]);

    private bool Fails(Fault[] faults)
    {
        if (Runs >= maxRuns)
        {
            return false;
        }

        Runs++;
        SimulationReport report = run(new FaultSchedule(faults));
        if (report.Failure?.Kind != _kind)
        {
            return false;
        }

        _best = report;
        return true;
    }
}
