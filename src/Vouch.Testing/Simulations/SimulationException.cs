namespace Vouch.Testing.Simulations;

/// <summary>A simulation failed. The message is the whole report: what failed, the faults, the last events, and how to repeat the run.</summary>
public sealed class SimulationException : Exception
{
    /// <summary>Initializes the exception with a default message.</summary>
    public SimulationException()
        : base("A simulation failed.")
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened.</param>
    public SimulationException(string message)
        : base(message)
    {
    }

    /// <summary>Initializes the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public SimulationException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    internal SimulationException(SimulationReport report, string? preface = null)
        : base(preface + report, report.Failure?.Error) => Report = report;

    /// <summary>Gets the report of the failed run, or null where the exception was not thrown by one.</summary>
    public SimulationReport? Report { get; }
}
