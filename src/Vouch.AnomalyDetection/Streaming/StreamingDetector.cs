namespace Vouch.AnomalyDetection.Streaming;

/// <summary>Watches one series, value by value, and alarms once per event within a budget of false alarms.</summary>
/// <remarks>
/// <para>
/// Six statistics of the series (value, distance from the recent course, level, spread, roughness, distance from the season) are held against the range each
/// has shown over the last four to eight weeks (at least 8,192 values). A new extreme of any has a chance, estimated from how often and how far this series
/// has left its ranges before; it alarms where that chance is within <see cref="DetectorOptions.FalseAlarmBudget"/>. No value is compared with a later one.
/// </para>
/// <para>
/// <see cref="Observation.PValue"/> is a second, marginal promise: eight levels of strangeness are moved by feedback so that fixed shares (10 % down to
/// 3 in 100,000) of the observations exceed them, whatever the data do (adaptive conformal inference: I. Gibbs, E. Candes, NeurIPS 2021).
/// </para>
/// <para>Each observation takes O(1) time and allocates nothing (but with <see cref="SeasonMode.Search"/> or a <see cref="DetectorOptions.Mode"/> that holds a forest). The state takes 256 bytes and 72 for a day profile (124 with the days of the week, 504 for a week profile). Not safe for concurrent use.</para>
/// </remarks>
public sealed partial class StreamingDetector
{
    private readonly SeasonWatch? _watch;
    private KernelSettings _settings;
    private float[] _profile;
    private SeriesState _state = SeriesState.Fresh();

    /// <summary>Creates a detector without history.</summary>
    /// <param name="options">The options; null for the defaults.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public StreamingDetector(DetectorOptions? options = null)
    {
        options ??= new DetectorOptions();
        _settings = new KernelSettings(DetectorOptionsRules.Require(options));
        _watch = options.Season == SeasonMode.Search ? new SeasonWatch() : null;
        _profile = new float[_settings.ProfileLength];
        _mode = options.Mode;
        if (_mode != DetectionMode.Statistical)
        {
            _options = options;
            _forest = new ForestJudge(options);
            _statisticsShare = _mode == DetectionMode.Forest ? 1 : 0.5;
        }
    }

    /// <summary>Gets how many values were observed.</summary>
    public int Count => _state.Count;

    /// <summary>Judges a value and learns it.</summary>
    /// <param name="timestamp">When it was measured. Stamps may repeat, go backward or leave gaps; values are taken in the order they come.</param>
    /// <param name="value">The value. NaN and infinities count as missing; beyond ±1e300 counts as ±1e300.</param>
    /// <returns>The judgement, made before the value was learnt.</returns>
    public Observation Observe(DateTimeOffset timestamp, double value)
    {
        if (_forest is null && _watch is null)
        {
            return SeriesKernel.Observe(ref _state, _profile, _settings, _settings.Budget, 0, timestamp.UtcTicks, value);
        }

        Observation observation = _forest is null
            ? SeriesKernel.Observe(ref _state, _profile, _settings, _settings.Budget, 0, timestamp.UtcTicks, value)
            : ObserveTogether(timestamp, value);
        if (_watch is not null && double.IsFinite(value))
        {
            LookForSeason(timestamp.UtcTicks, value);
        }

        return observation;
    }

    /// <summary>Gets the distance in time at which values are compared; zero for none. Other than a day or a week only with <see cref="SeasonMode.Search"/>.</summary>
    public TimeSpan Season => _settings.Bins == 0 ? TimeSpan.Zero : TimeSpan.FromTicks(_settings.CycleTicks);

    /// <summary>Judges a value that may be missing.</summary>
    /// <param name="timestamp">When it was, or should have been, measured.</param>
    /// <param name="value">The value; null says that there is none, which is not zero.</param>
    /// <returns>The judgement; <see cref="AnomalyState.NoData"/> for a missing value.</returns>
    public Observation Observe(DateTimeOffset timestamp, double? value) => Observe(timestamp, value ?? double.NaN);

    /// <summary>Says what time it is where no value came: silence longer than <see cref="DetectorOptions.SilenceAfter"/> alarms once.</summary>
    /// <param name="now">The time.</param>
    /// <returns>An alarm with <see cref="AnomalyReasons.Gap"/> when the silence becomes too long, <see cref="AnomalyState.NoData"/> without an alarm while it goes on, and otherwise the present state.</returns>
    public Observation Tick(DateTimeOffset now) => SeriesKernel.Tick(ref _state, _settings, now.UtcTicks);

    /// <summary>Takes a person's judgement of the last alarm: a false one makes this series more careful for a few weeks, a true one is paid back to the budget.</summary>
    /// <param name="falsePositive">Whether nothing was wrong.</param>
    public void Acknowledge(bool falsePositive)
    {
        if (_forest is null)
        {
            SeriesKernel.Acknowledge(ref _state, _settings.Budget, falsePositive);
        }
        else
        {
            AcknowledgeTogether(falsePositive);
        }
    }

    /// <summary>A period within a fiftieth of the present one is the present one.</summary>
    private void LookForSeason(long ticks, double value)
    {
        if (_watch!.Add(ticks, Math.Clamp(value, -1e150, 1e150)) is not { } period || period < TimeSpan.TicksPerMillisecond || Math.Abs(period - _settings.CycleTicks) <= _settings.CycleTicks / 50)
        {
            return;
        }

        // The new profile has been learnt for as long as values were kept; its range begins now.
        _settings = _settings.WithSeason(period, judgedFrom: Math.Min(_state.Count, int.MaxValue - 1_000_000) + Math.Max(_settings.WarmUp, (int)Math.Min(Kept(period), 100_000)));
        _profile = new float[_settings.ProfileLength];
        SeriesKernel.ChangeSeason(ref _state, _profile, _settings, _watch.Latest);

        // Two cycles of a range before it is judged by.
        double Kept(long cycle) => _state.Interval > 0 ? 2 * cycle / (_state.Interval * TimeSpan.TicksPerSecond) : 0;
    }
}
