using System.Globalization;
using System.Text;
using Vouch.Testing.Faults;

namespace Vouch.Testing.Simulations;

/// <summary>What a simulation did.</summary>
/// <remarks>Immutable.</remarks>
public sealed class SimulationReport
{
    internal SimulationReport(ulong seed, FaultSchedule faults, TimeSpan elapsed, long steps, long events, string digest, IReadOnlyList<string> lastEvents, SimulationFailure? failure)
    {
        Seed = seed;
        Faults = faults;
        Elapsed = elapsed;
        Steps = steps;
        Events = events;
        Digest = digest;
        LastEvents = lastEvents;
        Failure = failure;
    }

    /// <summary>Gets the seed.</summary>
    public ulong Seed { get; }

    /// <summary>Gets the faults that the run went through.</summary>
    public FaultSchedule Faults { get; }

    /// <summary>Gets how much virtual time passed.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>Gets how many steps the run took: pieces of code between two waits.</summary>
    public long Steps { get; }

    /// <summary>Gets how many events were recorded.</summary>
    public long Events { get; }

    /// <summary>Gets a digest of all events and of every choice of the scheduler: equal for equal runs.</summary>
    /// <value>16 hexadecimal digits. Not for security.</value>
    public string Digest { get; }

    /// <summary>Gets the last events, the oldest first, a line each.</summary>
    public IReadOnlyList<string> LastEvents { get; }

    /// <summary>Gets why the run failed, or null where it did not.</summary>
    public SimulationFailure? Failure { get; }

    /// <summary>Returns the report as text: what failed, the faults, the last events, and how to repeat the run.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"Seed {Seed}: ");
        text.Append(Failure is null ? "no failure" : $"{Failure.Kind}");
        text.Append(CultureInfo.InvariantCulture, $" after {Elapsed.TotalSeconds:0.######} s of virtual time and {Steps} steps.\n");
        if (Failure is null)
        {
            return text.ToString();
        }

        text.Append("  ").Append(Failure.Message.ReplaceLineEndings("\n  ")).Append('\n');
        if (Failure.Error is { } error)
        {
            text.Append("  ").Append(error.ToString().ReplaceLineEndings("\n    ")).Append('\n');
        }

        AppendFaults(text);
        text.Append("Last events:\n");
        foreach (string line in LastEvents)
        {
            text.Append("  ").Append(line).Append('\n');
        }

        text.Append("Repeat it with: new SimulationOptions { ").Append(CultureInfo.InvariantCulture, $"Seed = {Seed}");
        if (Faults.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $", Faults = FaultSchedule.Parse(\"{Faults}\")");
        }

        return text.Append(" }\n").ToString();
    }

    private void AppendFaults(StringBuilder text)
    {
        text.Append(Faults.Count == 0 ? "Faults: none.\n" : "Faults:\n");
        foreach (Fault fault in Faults)
        {
            text.Append("  ").Append(fault).Append('\n');
        }
    }
}
