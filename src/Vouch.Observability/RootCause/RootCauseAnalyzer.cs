
namespace Vouch.Observability.RootCause;

/// <summary>Finds the service that explains why a system behaves differently, or says that it cannot tell.</summary>
/// <remarks>
/// <para>
/// Each channel (own time, structure, log lines, errors, metrics) measures every service's change against the normal window, blocks of which tell how much calls move together without a fault.
/// The normal blocks, left out one by one and judged as if they were suspect, then say how strong the strongest charge of each channel is when nothing is wrong; a Gumbel law fitted to these maxima puts
/// all channels on one scale of tail probabilities. A service's score is its strongest channel; the diagnosis is conclusive where a normal window would accuse anyone as strongly, by any channel, with a
/// probability of at most <see cref="RootCauseOptions.FalseAccusationRate"/>.
/// </para>
/// <para>
/// What spreads is charged where it began: own time leaves out the time of calls made, time on the way between two services is charged to the end whose other connections slowed as well, an error to
/// the deepest failed call, calls no longer made to the service after whose answers several callers break off. A metric that wanders (memory) is compared with the readings just before the window,
/// one that returns to its mean (processor time) with all of the normal window. Nothing is fitted to known faults. The baseline should hold the load and the hours of the suspect window; traces of other days will accuse what differs between days.
/// </para>
/// <para>Safe to share. O(spans) with about 1 µs each, plus blocks times operations.</para>
/// </remarks>
public sealed class RootCauseAnalyzer
{
    private readonly RootCauseOptions _options;

    /// <summary>Initializes an analyser.</summary>
    /// <param name="options">How sure it has to be; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public RootCauseAnalyzer(RootCauseOptions? options = null)
    {
        _options = options ?? new RootCauseOptions();
        RootCauseOptionsValidator.ThrowIfInvalid(_options);
    }

    /// <summary>Compares a window in which something is wrong with one in which all was well.</summary>
    /// <param name="normal">The normal window.</param>
    /// <param name="suspect">The window in question.</param>
    /// <returns>The ranked suspects, conclusive or not.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public Diagnosis Diagnose(TelemetryWindow normal, TelemetryWindow suspect) => RootCauseBaseline.Learn(normal, _options).Diagnose(suspect);

    /// <summary>Learns a normal window once, to judge many against it.</summary>
    /// <param name="normal">The normal window.</param>
    /// <returns>The baseline.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="normal"/> is null.</exception>
    public RootCauseBaseline Learn(TelemetryWindow normal) => RootCauseBaseline.Learn(normal, _options);
}
