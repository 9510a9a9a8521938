using System.Diagnostics;

namespace Vouch.Observability.Sampling;

/// <summary>Listens to activities, puts them together by trace, and when the local root ends asks a sampler whether to keep the trace.</summary>
/// <remarks>
/// <para>
/// Only <see cref="System.Diagnostics"/> is needed: activities of any library are seen, and an exporter of OpenTelemetry can take what is kept. A sampler that can decide at the start (<see cref="RandomSampler"/>) does,
/// and states its threshold in the <c>tracestate</c>; otherwise all is recorded until the root has ended. Spans that end after their local root are counted as late.
/// </para>
/// <para>Memory is bounded by the options, whatever is traced; what had to be dropped is counted. Safe to share; callbacks run on the thread that ended the root, outside any lock, and must not throw.</para>
/// </remarks>
public sealed class TraceCollector : IDisposable
{
    private readonly Lock _lock = new();
    private readonly TraceCollectorOptions _options;
    private readonly ITraceSampler? _sampler;
    private readonly Action<SampledTrace<CollectedTrace>>? _kept;
    private readonly AdaptiveSampler<CollectedTrace>? _adaptive;
    private readonly Dictionary<ActivityTraceId, LinkedListNode<OpenTrace>> _open = [];
    private readonly LinkedList<OpenTrace> _order = new();
    private readonly SlowLimits _slow;
    private readonly ActivityListener _listener;
    private long _endedTraces;
    private long _droppedTraces;
    private long _droppedSpans;
    private long _lateSpans;

    /// <summary>Begins to listen, with a sampler that decides about each trace by itself.</summary>
    /// <param name="sampler">The sampler.</param>
    /// <param name="kept">Receives each trace that is kept.</param>
    /// <param name="options">What is listened to; null for the defaults.</param>
    /// <exception cref="ArgumentNullException">The sampler or the callback is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public TraceCollector(ITraceSampler sampler, Action<SampledTrace<CollectedTrace>> kept, TraceCollectorOptions? options = null)
        : this(options)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        ArgumentNullException.ThrowIfNull(kept);
        _sampler = sampler;
        _kept = kept;
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Begins to listen, with a budget for all traces together.</summary>
    /// <param name="sampler">The sampler; its callback receives what is kept.</param>
    /// <param name="options">What is listened to; null for the defaults.</param>
    /// <exception cref="ArgumentNullException"><paramref name="sampler"/> is null.</exception>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">An option is outside its range.</exception>
    public TraceCollector(AdaptiveSampler<CollectedTrace> sampler, TraceCollectorOptions? options = null)
        : this(options)
    {
        ArgumentNullException.ThrowIfNull(sampler);
        _adaptive = sampler;
        ActivitySource.AddActivityListener(_listener);
    }

    private TraceCollector(TraceCollectorOptions? options)
    {
        _options = options ?? new TraceCollectorOptions();
        TraceCollectorOptionsValidator.ThrowIfInvalid(_options);
        _slow = new SlowLimits(_options.SlowQuantile, _options.MaxTypes);
        HashSet<string> sources = new(_options.Sources, StringComparer.Ordinal);
        _listener = new ActivityListener
        {
            ShouldListenTo = source => sources.Count == 0 || sources.Contains(source.Name),
            Sample = Sample,
            ActivityStarted = Started,
            ActivityStopped = Stopped,
        };
    }

    /// <summary>Gets how many traces have ended and were decided about.</summary>
    public long EndedTraces => Interlocked.Read(ref _endedTraces);

    /// <summary>Gets how many traces were dropped to make room for later ones.</summary>
    public long DroppedTraces => Interlocked.Read(ref _droppedTraces);

    /// <summary>Gets how many spans were dropped as their trace had too many.</summary>
    public long DroppedSpans => Interlocked.Read(ref _droppedSpans);

    /// <summary>Gets how many spans ended after their trace was decided about.</summary>
    public long LateSpans => Interlocked.Read(ref _lateSpans);

    /// <summary>Gets how many traces are open.</summary>
    public int OpenTraces
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    /// <summary>Stops listening and forgets the open traces.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        lock (_lock)
        {
            _open.Clear();
            _order.Clear();
        }
    }

    private ActivitySamplingResult Sample(ref ActivityCreationOptions<ActivityContext> creation)
    {
        if (_sampler is null || creation.Parent.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
        {
            return ActivitySamplingResult.AllDataAndRecorded;
        }

        ConsistentTraceState state = ConsistentTraceState.Read(creation.TraceState ?? creation.Parent.TraceState);
        if (_sampler.DecideAtStart(state.Randomness ?? ConsistentThreshold.RandomnessOf(creation.TraceId)) is not { } decision)
        {
            return ActivitySamplingResult.AllDataAndRecorded;
        }

        if (!decision.Keep)
        {
            return ActivitySamplingResult.PropagationData;
        }

        if (_sampler is RandomSampler random)
        {
            creation = creation with { TraceState = ConsistentTraceState.Write(creation.TraceState ?? creation.Parent.TraceState, random.Threshold) };
        }

        return ActivitySamplingResult.AllDataAndRecorded;
    }

    private void Started(Activity activity)
    {
        if (activity.Parent is not null || !activity.IsAllDataRequested)
        {
            return;
        }

        lock (_lock)
        {
            if (_open.TryGetValue(activity.TraceId, out LinkedListNode<OpenTrace>? known))
            {
                known.Value.Roots++;
                return;
            }

            if (_open.Count >= _options.MaxOpenTraces && _order.First is { } oldest)
            {
                _order.RemoveFirst();
                _open.Remove(oldest.Value.Id);
                _droppedTraces++;
            }

            _open.Add(activity.TraceId, _order.AddLast(new OpenTrace(activity.TraceId) { Roots = 1 }));
        }
    }

    private void Stopped(Activity activity)
    {
        if (!activity.IsAllDataRequested)
        {
            return;
        }

        CollectedTrace trace;
        TraceSummary summary;
        lock (_lock)
        {
            if (!_open.TryGetValue(activity.TraceId, out LinkedListNode<OpenTrace>? node))
            {
                _lateSpans++;
                return;
            }

            OpenTrace open = node.Value;
            bool isRoot = activity.Parent is null;
            if (open.Activities.Count < _options.MaxSpansPerTrace || isRoot)
            {
                open.Activities.Add(activity);
            }
            else
            {
                _droppedSpans++;
            }

            open.HasError |= activity.Status == ActivityStatusCode.Error;
            if (!isRoot || --open.Roots > 0)
            {
                return;
            }

            _order.Remove(node);
            _open.Remove(activity.TraceId);
            _endedTraces++;
            trace = new CollectedTrace(activity.TraceId, open.Activities);
            ConsistentTraceState state = ConsistentTraceState.Read(activity.TraceStateString);
            summary = new TraceSummary(
                activity.OperationName,
                state.Randomness ?? ConsistentThreshold.RandomnessOf(activity.TraceId),
                open.HasError,
                _slow.IsSlow(activity.OperationName, activity.Duration));
        }

        if (_adaptive is not null)
        {
            _adaptive.Offer(trace, summary);
        }
        else if (_sampler!.Decide(summary) is { Keep: true } decision)
        {
            _kept!(new SampledTrace<CollectedTrace>(trace, summary, decision.Weight));
        }
    }

    private sealed class OpenTrace(ActivityTraceId id)
    {
        public ActivityTraceId Id { get; } = id;

        public List<Activity> Activities { get; } = [];

        public bool HasError { get; set; }

        public int Roots { get; set; }
    }
}
