namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>The documented discrete-event model: a fleet of clients, a pool of back ends, one fault. Single-threaded; the same seed gives the same run. Times in ticks of 100 ns.</summary>
internal sealed class StormModel
{
    private readonly StormScenario _scenario;
    private readonly Random _random;
    private readonly EventHeap _events = new();
    private readonly Backend[] _backends;
    private readonly StormClient[] _clients;
    private readonly long _faultStart;
    private readonly long _faultEnd;
    private readonly long _arrivalsEnd;
    private readonly double _logMean;
    private readonly double _logDeviation;
    private int _traceIndex;
    private int _requests;
    private bool _isFault;

    public StormModel(StormScenario scenario, int seed, Func<StormModel, int, StormClient> client)
    {
        _scenario = scenario;
        _random = new Random(seed);
        _faultStart = Ticks(scenario.Before);
        _faultEnd = Ticks(scenario.Before + scenario.During);
        _arrivalsEnd = Ticks(scenario.End);
        double variance = Math.Log(1 + (scenario.Cv * scenario.Cv));
        _logDeviation = Math.Sqrt(variance);
        _logMean = Math.Log(scenario.MeanMs / 1000) - (variance / 2);
        _backends = [.. Enumerable.Range(0, scenario.Backends).Select(static _ => new Backend())];
        Record = new StormRecord(scenario);
        _clients = [.. Enumerable.Range(0, scenario.Clients).Select(index => client(this, index))];
    }

    public StormScenario Scenario => _scenario;

    public StormRecord Record { get; }

    public long Now { get; private set; }

    public static long Ticks(double seconds) => (long)(seconds * TimeSpan.TicksPerSecond);

    /// <summary>A number in [0, 1) for a client's own draws.</summary>
    public double Draw() => _random.NextDouble();

    public int DrawBackend() => _random.Next(_backends.Length);

    public void Wake(long time, StormClient client, object? subject) => _events.Add(time, Happening.Timer, new Timer(client, subject));

    public StormAttempt Send(StormRequest request, StormClient client, int backend, object? tag = null)
    {
        var attempt = new StormAttempt(request, client, backend, tag);
        request.Attempts++;
        Record.OnAttempt(Now);
        _events.Add(Now + HalfTrip(), Happening.AtBackend, attempt);
        return attempt;
    }

    /// <summary>Ends a request.</summary>
    public void Finish(StormRequest request, bool succeeded, bool refused = false)
    {
        if (request.IsDone)
        {
            throw new InvalidOperationException("A request ended twice.");
        }

        request.IsDone = true;
        Record.OnEnd(request, Now, succeeded && Now <= request.Deadline, refused);
    }

    public StormRecord Run()
    {
        _events.Add(NextArrival(0), Happening.Arrival, null);
        _events.Add(_faultStart, Happening.FaultBegins, null);
        _events.Add(_faultEnd, Happening.FaultEnds, null);
        long end = _arrivalsEnd + Ticks(2 * _scenario.SloMs / 1000);
        while (!_events.IsEmpty && _events.NextTime <= end)
        {
            EventHeap.Entry entry = _events.Take();
            Now = entry.Time;
            Handle(entry);
        }

        return Record;
    }

    private void Handle(in EventHeap.Entry entry)
    {
        switch (entry.What)
        {
            case Happening.Arrival:
                Arrive();
                break;
            case Happening.AtBackend:
                Reach((StormAttempt)entry.Subject!);
                break;
            case Happening.Served:
                Serve((StormAttempt)entry.Subject!);
                break;
            case Happening.Answered:
                var answered = (StormAttempt)entry.Subject!;
                if (!answered.IsGivenUp)
                {
                    answered.Client.OnAnswer(answered);
                }
                else
                {
                    Record.OnWasted(answered.Service);
                }

                break;
            case Happening.Timer:
                var timer = (Timer)entry.Subject!;
                timer.Client.OnTimer(timer.Subject);
                break;
            case Happening.FaultBegins:
                BeginFault();
                break;
            default:
                _isFault = false;
                break;
        }
    }

    private void Arrive()
    {
        var request = new StormRequest(Now, Now + Ticks(_scenario.SloMs / 1000), _requests++);
        Record.OnArrival(Now);
        StormClient client = _clients[_random.Next(_clients.Length)];
        long next = NextArrival(Now);
        if (next < _arrivalsEnd)
        {
            _events.Add(next, Happening.Arrival, null);
        }

        client.OnRequest(request);
    }

    private long NextArrival(long from)
    {
        if (_scenario.Trace is { } trace)
        {
            int index = _traceIndex++;
            double lap = trace.Length / _scenario.Rate;
            return Ticks(trace[index % trace.Length] + (index / trace.Length * lap));
        }

        double rate = _scenario.Rate * (_isFault ? _scenario.SpikeFactor : 1);
        return from + Ticks(-Math.Log(1 - _random.NextDouble()) / rate);
    }

    private void BeginFault()
    {
        _isFault = true;
        if (_scenario.Outage == "blackhole")
        {
            foreach (Backend backend in _backends.Take(_scenario.OutageBackends))
            {
                backend.Epoch++;
                backend.Busy = 0;
                backend.Queue.Clear();
            }
        }
    }

    private bool IsOut(int backend) => _isFault && backend < _scenario.OutageBackends && _scenario.Outage != "none";

    private void Reach(StormAttempt attempt)
    {
        if (IsOut(attempt.Backend))
        {
            if (_scenario.Outage == "refuse")
            {
                _events.Add(Now + HalfTrip(), Happening.Answered, attempt);
            }

            return;
        }

        Backend backend = _backends[attempt.Backend];
        attempt.Epoch = backend.Epoch;
        DrawService(attempt);
        if (backend.Busy < _scenario.Workers)
        {
            Begin(backend, attempt);
        }
        else
        {
            backend.Queue.Enqueue(attempt);
        }
    }

    private void Begin(Backend backend, StormAttempt attempt)
    {
        backend.Busy++;
        _events.Add(Now + attempt.Service, Happening.Served, attempt);
    }

    /// <summary>What an attempt will cost is settled when it reaches the back end: work that queued up in a brown-out is still slow after it.</summary>
    private void DrawService(StormAttempt attempt)
    {
        double seconds = Math.Exp(_logMean + (_logDeviation * Normal()));
        seconds *= _isFault ? _scenario.SlowFactor : 1;
        seconds *= _scenario.TailProb > 0 && _random.NextDouble() < _scenario.TailProb ? _scenario.TailFactor : 1;
        double errors = _scenario.ErrBase + (_isFault ? _scenario.ErrDuring : 0);
        attempt.Succeeded = errors <= 0 || _random.NextDouble() >= errors;
        attempt.Service = Ticks(attempt.Succeeded ? seconds : seconds / 10);
    }

    private void Serve(StormAttempt attempt)
    {
        Backend backend = _backends[attempt.Backend];
        if (attempt.Epoch != backend.Epoch)
        {
            return;
        }

        Record.OnServed(attempt.Service);
        backend.Busy--;
        _events.Add(Now + HalfTrip(), Happening.Answered, attempt);
        if (backend.Queue.TryDequeue(out StormAttempt? next))
        {
            Begin(backend, next);
        }
    }

    private long HalfTrip() => Ticks(_scenario.RttMs / 2000);

    private double Normal() => Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());

    private sealed class Backend
    {
        public Queue<StormAttempt> Queue { get; } = new();

        public int Busy { get; set; }

        public int Epoch { get; set; }
    }

    private sealed record Timer(StormClient Client, object? Subject);
}
