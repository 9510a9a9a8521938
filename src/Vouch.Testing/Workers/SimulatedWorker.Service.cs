using System.Globalization;
using Vouch.Core.Exceptions;
using Vouch.Testing.Faults;
using Vouch.Testing.Simulations;

namespace Vouch.Testing.Workers;

public sealed partial class SimulatedWorker<TUnit, TResult>
{
    private const double LeakPerCall = 0.02;

    private static readonly string[] Struck = [.. FaultSchedule.AllKinds.Select(static kind => $"struck by {kind}")];
    private static readonly string[] Lifted = [.. FaultSchedule.AllKinds.Select(static kind => $"{kind} is over")];

    private readonly Queue<Request> _line = new();
    private readonly List<Request> _inside = [];      // served now, hung ones included
    private CancellationTokenSource? _life;           // of the process that runs real code
    private long _restartsAt;
    private double _leaked;

    private void SendRequest(Call call)
    {
        if (_faults[FaultKind.LostRequests] > 0 || IsLost())
        {
            Record("request lost", call.Number);
            return;
        }

        _simulation.AddDue(_simulation.NowTicks + MessageTicks(), new Request(this, call));
    }

    private bool IsLost() => _faults.Draws(FaultKind.Loss) || (_options.Loss > 0 && _random.NextDouble() < _options.Loss);

    private long MessageTicks() => _options.LinkDelay.DrawTicks(_random) + (_faults.Any ? _faults.ExtraDelayTicks() : 0);

    private void Receive(Request request)
    {
        long number = request.Call.Number;
        if (IsDown)
        {
            Record("refused", number);
            Answer(request, default!, new WorkerCrashException($"{Id} is down."));
        }
        else if (_options.RequestLifetime is { } lifetime && _simulation.NowTicks + _faults.SkewTicks - request.Call.SentAt > lifetime.Ticks)
        {
            Record("too old", number);
            Answer(request, default!, new TimeoutException($"{Id} found the request older than {lifetime.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s."));
        }
        else if (Serving < _options.Servers)
        {
            Begin(request);
        }
        else if (_line.Count < _options.QueueLimit)
        {
            _line.Enqueue(request);
        }
        else
        {
            Record("line is full", number);
            Answer(request, default!, new ResourceAllocationException($"{Id} has {_line.Count} calls waiting.") { Resource = Id.Value, Available = _options.QueueLimit, Requested = _line.Count + 1 });
        }
    }

    private void Begin(Request request)
    {
        Serving++;
        PeakServing = Math.Max(PeakServing, Serving);
        request.Place = _inside.Count;
        _inside.Add(request);
        if (_faults.Draws(FaultKind.Hang))
        {
            request.Stage = Stage.Hung;
            Record("hangs", request.Call.Number);
            return;
        }

        double ticks = _options.ServiceTime.DrawTicks(_random) * _faults.ServiceFactor(_simulation.NowTicks) / (1 - Math.Min(_leaked, 0.95));
        request.Stage = Stage.Serving;
        _simulation.AddDue(_simulation.NowTicks + (long)Math.Min(ticks, long.MaxValue / 4), request);
    }

    private void EndService(Request request)
    {
        if (_faults.Draws(FaultKind.Error))
        {
            Conclude(request, default!, new WorkerCrashException($"{Id} answered with an error."));
            return;
        }

        ValueTask<TResult> answer;
        try
        {
            answer = _serve(request.Call.Unit, (_life ??= new CancellationTokenSource()).Token);
        }
        catch (Exception error)
        {
            Conclude(request, default!, error);
            return;
        }

        if (answer.IsCompletedSuccessfully)
        {
            Conclude(request, answer.Result, null);
        }
        else
        {
            request.Stage = Stage.Running;
            _ = AwaitAsync(request, answer);
        }
    }

    private async Task AwaitAsync(Request request, ValueTask<TResult> pending)
    {
        TResult answer = default!;
        Exception? failure = null;
        try
        {
            answer = await pending.ConfigureAwait(true);
        }
        catch (Exception error)
        {
            failure = error;
        }

        if (request.Stage == Stage.Running)
        {
            Conclude(request, answer, failure);
        }
    }

    private void Conclude(Request request, TResult answer, Exception? failure)
    {
        Leave(request);
        Served++;
        if (request.Call.Task.IsCompleted)
        {
            Wasted++;
        }

        if (failure is null && _faults.Draws(FaultKind.Byzantine))
        {
            Record("lies", request.Call.Number);
            answer = Lie is null ? default! : Lie(answer, _lies);
        }

        Answer(request, answer, failure);
        if (_faults[FaultKind.Leak] is > 0 and double leak && (_leaked += leak * LeakPerCall) >= 1)
        {
            _leaked = 0;
            _restartsAt = _simulation.NowTicks + TimeSpan.TicksPerSecond;
            Record("out of memory, restarts");
            DropAll();
        }

        TakeFromLine();
    }

    private void Answer(Request request, TResult answer, Exception? failure)
    {
        if (_faults[FaultKind.LostAnswers] > 0 || IsLost())
        {
            request.Stage = Stage.Gone;
            Record("answer lost", request.Call.Number);
            return;
        }

        request.Stage = Stage.Answering;
        request.Answer = answer;
        request.Failure = failure;
        _simulation.AddDue(_simulation.NowTicks + MessageTicks(), request);
    }

    private void Deliver(Request request)
    {
        request.Stage = Stage.Gone;
        Call call = request.Call;
        if (call.Task.IsCompleted)
        {
            return;
        }

        call.Registration.Unregister();
        if (request.Failure is not null)
        {
            Record("failed", call.Number);
            call.TrySetException(request.Failure);
        }
        else if (_faults.Draws(FaultKind.Corruption))
        {
            Record("answer damaged", call.Number);
            if (Damage is null)
            {
                call.TrySetException(new InvalidDataException($"The answer of {Id} was damaged on the way."));
            }
            else
            {
                call.TrySetResult(Damage(request.Answer, _lies));
            }
        }
        else
        {
            Record("answered", call.Number);
            call.TrySetResult(request.Answer);
        }
    }

    private void Leave(Request request)
    {
        Serving--;
        Request last = _inside[^1];
        _inside[request.Place] = last;
        last.Place = request.Place;
        _inside.RemoveAt(_inside.Count - 1);
    }

    private void TakeFromLine()
    {
        while (Serving < _options.Servers && _line.TryDequeue(out Request? next))
        {
            Begin(next);
        }
    }

    /// <summary>The process dies: whoever was served or waited gets an error at once.</summary>
    private void DropAll()
    {
        var dropped = new List<Request>(_inside.Count + _line.Count);
        dropped.AddRange(_inside);
        dropped.AddRange(_line);
        _inside.Clear();
        _line.Clear();
        Serving = 0;
        foreach (Request request in dropped)
        {
            Answer(new Request(this, request.Call), default!, new WorkerCrashException($"{Id} crashed during the call."));
            request.Stage = Stage.Gone;
        }

        CancellationTokenSource? life = _life;
        _life = null;
        life?.Cancel();
    }

    private void ReleaseHung()
    {
        for (int i = _inside.Count - 1; i >= 0; i--)
        {
            Request request = _inside[i];
            if (request.Stage == Stage.Hung)
            {
                Leave(request);
                request.Stage = Stage.Gone;
            }
        }

        TakeFromLine();
    }

    private enum Stage
    {
        Arriving,
        Serving,
        Running,
        Hung,
        Answering,
        Gone,
    }

    private sealed class Call(int number, TUnit unit, long sentAt) : TaskCompletionSource<TResult>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Number { get; } = number;

        public TUnit Unit { get; } = unit;

        public long SentAt { get; } = sentAt;

        public CancellationTokenRegistration Registration { get; set; }
    }

    private sealed class Request(SimulatedWorker<TUnit, TResult> worker, Call call) : IDue
    {
        public Call Call { get; } = call;

        public Stage Stage { get; set; }

        public int Place { get; set; }

        public TResult Answer { get; set; } = default!;

        public Exception? Failure { get; set; }

        public bool IsLive(long order) => Stage != Stage.Gone;

        public void Happen(long order)
        {
            switch (Stage)
            {
                case Stage.Arriving:
                    worker.Receive(this);
                    break;
                case Stage.Serving:
                    worker.EndService(this);
                    break;
                case Stage.Answering:
                    worker.Deliver(this);
                    break;
            }
        }
    }
}
