using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Vouch.AnomalyDetection.Alarms;
using Vouch.AnomalyDetection.Diagnostics;
using Vouch.AnomalyDetection.Streaming;

namespace Vouch.AnomalyDetection.Series;

/// <summary>Watches up to millions of series by name, each as <see cref="StreamingDetector"/> would, without an object per series.</summary>
/// <remarks>
/// <para>
/// A series takes 264 bytes, 124 more with a day profile and the days of the week (the default), and its name. Safe for concurrent use: series are guarded in shards of 1,024. What a
/// series answers depends on its own values in their order and on nothing else, so that results are the same bit for bit on any number of threads. With
/// <see cref="DetectorOptions.FleetFalseAlarmBudget"/> they depend on the number of series and on the alarms of earlier batches too: still the same on any number of threads of
/// <see cref="ObserveBatch"/>, but not where several threads observe single values in no fixed order.
/// </para>
/// <para>A series is created by its first value and leaves by <see cref="EvictIdle"/>; its number may then be given to another.</para>
/// </remarks>
public sealed partial class SeriesRegistry
{
    private readonly KernelSettings _settings;
    private readonly FleetLedger? _fleet;
    private readonly AnomalyMetrics? _metrics;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Lock _growth = new();
    private readonly Stack<int> _free = new();
    private readonly ConcurrentQueue<AnomalyEvent> _recent = new();
    private SeriesShard[] _shards = [];
    private int _next;

    // Counted by hand: the dictionary's own count takes all of its locks.
    private int _live;
    private long _observations;
    private long _missing;
    private long _alarms;
    private long _acknowledged;
    private long _falseAlarms;
    private int _silent;
    private long _withheld;

    /// <summary>Creates an empty registry.</summary>
    /// <param name="options">The options of every series; null for the defaults.</param>
    /// <param name="feed">Where alarms go; null for a feed of its own.</param>
    /// <exception cref="OptionsValidationException">An option is outside its range, or <see cref="DetectorOptions.Mode"/> is not <see cref="DetectionMode.Statistical"/>.</exception>
    public SeriesRegistry(DetectorOptions? options = null, AlarmFeed? feed = null)
        : this(options, feed, null, null)
    {
    }

    internal SeriesRegistry(DetectorOptions? options, AlarmFeed? feed, AnomalyMetrics? metrics, ILogger<SeriesRegistry>? logger)
    {
        options = DetectorOptionsRules.Require(options ?? new DetectorOptions());
        if (options.Mode != DetectionMode.Statistical)
        {
            throw new OptionsValidationException(
                Options.DefaultName, typeof(DetectorOptions), [$"Mode is {options.Mode}; a registry keeps no forest for each series: it must be {nameof(DetectionMode.Statistical)}."]);
        }

        _settings = new KernelSettings(options);
        _metrics = metrics;
        _logger = logger ?? NullLogger<SeriesRegistry>.Instance;
        Alarms = feed ?? new AlarmFeed();
        _fleet = _settings.FleetBudget is { } fleet ? new FleetLedger(fleet) : null;
        metrics?.Watch(this);
    }

    /// <summary>Gets where alarms are read.</summary>
    public AlarmFeed Alarms { get; }

    /// <summary>Gets the number of live series.</summary>
    public int Count => Volatile.Read(ref _live);

    /// <summary>Finds or creates a series.</summary>
    /// <param name="name">Its name; not empty.</param>
    /// <returns>Its number, valid until it is evicted; values are observed faster by number than by name.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is null or empty.</exception>
    public int GetOrAdd(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _numbers.TryGetValue(name, out int number) ? number : Add(name);
    }

    /// <summary>Judges a value of a series and learns it; an alarm goes to <see cref="Alarms"/> too.</summary>
    /// <param name="series">The series' name; it is created if new.</param>
    /// <param name="timestamp">When the value was measured.</param>
    /// <param name="value">The value; NaN and infinities count as missing.</param>
    /// <returns>The judgement.</returns>
    /// <exception cref="ArgumentException"><paramref name="series"/> is null or empty.</exception>
    public Observation Observe(string series, DateTimeOffset timestamp, double value) => Observe(GetOrAdd(series), timestamp, value);

    /// <summary>Judges a value of a series and learns it; an alarm goes to <see cref="Alarms"/> too.</summary>
    /// <param name="series">The series' number from <see cref="GetOrAdd"/>.</param>
    /// <param name="timestamp">When the value was measured.</param>
    /// <param name="value">The value; NaN and infinities count as missing.</param>
    /// <returns>The judgement.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no series with this number.</exception>
    public Observation Observe(int series, DateTimeOffset timestamp, double value)
    {
        SeriesShard shard = ShardOf(series);
        float caution = Caution(timestamp.UtcTicks);
        Observation observation;
        string name;
        lock (shard.Gate)
        {
            int slot = series & (SeriesShard.Length - 1);
            name = shard.Names[slot] ?? throw Unknown(series);
            observation = SeriesKernel.Observe(ref shard.States[slot], shard.Profile(slot), _settings, _settings.BudgetOf(Count), caution, timestamp.UtcTicks, value);
        }

        CountWithheld(observation);

        Interlocked.Increment(ref _observations);
        _metrics?.Observed(1);
        if (observation.State == AnomalyState.NoData)
        {
            Interlocked.Increment(ref _missing);
        }

        if (observation.IsAlarm)
        {
            Raise(name, timestamp, value, observation);
        }

        return observation;
    }

    /// <summary>Says what time it is: series that have been silent for longer than <see cref="DetectorOptions.SilenceAfter"/> alarm, once.</summary>
    /// <param name="now">The time.</param>
    /// <returns>The number of series that are silent.</returns>
    public int Tick(DateTimeOffset now)
    {
        int silent = 0;
        foreach (SeriesShard shard in Volatile.Read(ref _shards))
        {
            for (int slot = 0; slot < SeriesShard.Length; slot++)
            {
                Observation observation;
                string? name;
                lock (shard.Gate)
                {
                    name = shard.Names[slot];
                    if (name is null)
                    {
                        continue;
                    }

                    observation = SeriesKernel.Tick(ref shard.States[slot], _settings, now.UtcTicks);
                }

                silent += observation.State == AnomalyState.NoData ? 1 : 0;
                if (observation.IsAlarm)
                {
                    Raise(name, now, double.NaN, observation);
                }
            }
        }

        Volatile.Write(ref _silent, silent);
        return silent;
    }

    /// <summary>Takes a person's judgement of an alarm: a false one makes its series more careful for a few weeks, a true one takes such care back and is paid back to the budgets, which are of false alarms.</summary>
    /// <param name="eventId">The alarm's number.</param>
    /// <param name="falsePositive">Whether nothing was wrong.</param>
    /// <returns>False where the alarm is not among the last 10,000 or its series is gone.</returns>
    public bool Acknowledge(long eventId, bool falsePositive)
    {
        AnomalyEvent? alarm = _recent.FirstOrDefault(alarm => alarm.Id == eventId);
        if (alarm is null || !_numbers.TryGetValue(alarm.Series, out int number))
        {
            return false;
        }

        SeriesShard shard = ShardOf(number);
        lock (shard.Gate)
        {
            SeriesKernel.Acknowledge(ref shard.States[number & (SeriesShard.Length - 1)], _settings.BudgetOf(Count), falsePositive);
        }

        Interlocked.Increment(ref _acknowledged);
        if (falsePositive)
        {
            Interlocked.Increment(ref _falseAlarms);
        }
        else
        {
            _fleet?.Refund(alarm.Time.UtcTicks);
        }

        return true;
    }

    /// <summary>Forgets the series whose last value is older than a given time.</summary>
    /// <param name="before">Series last seen before this are forgotten.</param>
    /// <returns>The number of series that were.</returns>
    public int EvictIdle(DateTimeOffset before)
    {
        int evicted = 0;
        SeriesShard[] shards = Volatile.Read(ref _shards);
        for (int index = 0; index < shards.Length; index++)
        {
            for (int slot = 0; slot < SeriesShard.Length; slot++)
            {
                lock (_growth)
                {
                    lock (shards[index].Gate)
                    {
                        if (shards[index].Names[slot] is { } name && shards[index].States[slot].LastTicks < before.UtcTicks)
                        {
                            _numbers.TryRemove(name, out _);
                            shards[index].Clear(slot);
                            _free.Push((index << SeriesShard.Bits) | slot);
                            Volatile.Write(ref _live, _live - 1);
                            evicted++;
                        }
                    }
                }
            }
        }

        if (evicted > 0)
        {
            Log.Evicted(_logger, evicted, Count);
        }

        return evicted;
    }

    /// <summary>Says how the registry is doing. Walks all series.</summary>
    /// <returns>Counts as of now.</returns>
    public RegistryHealth GetHealth()
    {
        int warming = 0;
        long bytes = 0;
        foreach (SeriesShard shard in Volatile.Read(ref _shards))
        {
            bytes += shard.Bytes;
            lock (shard.Gate)
            {
                for (int slot = 0; slot < SeriesShard.Length; slot++)
                {
                    warming += shard.Names[slot] is not null && shard.States[slot].Count < _settings.WarmUp ? 1 : 0;
                }
            }
        }

        return new RegistryHealth(
            Count, warming, Volatile.Read(ref _silent), Interlocked.Read(ref _observations), Interlocked.Read(ref _missing), Interlocked.Read(ref _alarms),
            Interlocked.Read(ref _acknowledged), Interlocked.Read(ref _falseAlarms), Alarms.Dropped, bytes, Interlocked.Read(ref _withheld));
    }

    private static ArgumentOutOfRangeException Unknown(int series) => new(nameof(series), series, "There is no series with this number; it may have been evicted.");

    private int Add(string name)
    {
        lock (_growth)
        {
            if (_numbers.TryGetValue(name, out int number))
            {
                return number;
            }

            if (!_free.TryPop(out number))
            {
                number = _next;
                if (number >> SeriesShard.Bits == _shards.Length)
                {
                    Volatile.Write(ref _shards, [.. _shards, new SeriesShard(_settings.ProfileLength)]);
                }

                _next++;
            }

            SeriesShard shard = _shards[number >> SeriesShard.Bits];
            lock (shard.Gate)
            {
                shard.Names[number & (SeriesShard.Length - 1)] = name;
            }

            _numbers[name] = number;
            Volatile.Write(ref _live, _live + 1);
            return number;
        }
    }

    private SeriesShard ShardOf(int series)
    {
        SeriesShard[] shards = Volatile.Read(ref _shards);
        int index = series >> SeriesShard.Bits;
        return (uint)index < (uint)shards.Length ? shards[index] : throw Unknown(series);
    }

    private float Caution(long ticks) => _fleet?.Caution(ticks) ?? 0;

    private void CountWithheld(in Observation observation)
    {
        if ((observation.Reasons & AnomalyReasons.OverBudget) != 0)
        {
            Interlocked.Increment(ref _withheld);
            _metrics?.Withheld();
        }
    }

    private void Raise(string series, DateTimeOffset time, double value, Observation observation)
    {
        // Silence is no judgement of the tail, and what is critical no matter of the budget.
        if (_fleet is not null && observation.Severity != AnomalySeverity.Critical && observation.State != AnomalyState.NoData)
        {
            _fleet.Charge(time.UtcTicks);
        }

        var alarm = new AnomalyEvent(Interlocked.Increment(ref _alarms), series, time, value, observation);
        _recent.Enqueue(alarm);
        while (_recent.Count > 10_000 && _recent.TryDequeue(out _))
        {
        }

        _metrics?.Alarmed(observation);
        Log.Alarm(_logger, series, observation.Severity, observation.Reasons, value, observation.Lower, observation.Upper);
        Alarms.Publish(alarm);
    }
}
