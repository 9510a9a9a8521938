using Vouch.Resilience.Admission;
using Vouch.Resilience.Budgets;
using Vouch.Resilience.Errors;

namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>The default of Vouch.Resilience: the decisions are those of the package's own <see cref="AdmissionGate"/>, which its pipeline is a shell of.</summary>
internal sealed class DefaultClient : StormClient
{
    private readonly AdmissionGate _gate;

    public DefaultClient(StormModel model, GateRule rule, int seed)
        : base(model) =>
        _gate = new AdmissionGate(rule, model.Scenario.Backends, new RetryBudget(), (ulong)seed);

    private long Now => Model.Now + TimeSpan.TicksPerHour;

    public override void OnRequest(StormRequest request) => Enter(new Call(this, request) { Deadline = request.Deadline + TimeSpan.TicksPerHour });

    public override void OnAnswer(StormAttempt attempt)
    {
        var call = (Call)attempt.Tag!;
        if (attempt.Succeeded)
        {
            Model.Finish(attempt.Request, succeeded: true);
            _gate.Exit(call, Now, error: null);
            Arm();
        }
        else
        {
            Fail(call, ErrorClass.Transient);
        }
    }

    public override void OnTimer(object? subject)
    {
        if (subject is Call call)
        {
            Enter(call);
            return;
        }

        _gate.Wake(Now);
        Arm();
    }

    private void Enter(Call call)
    {
        if (_gate.TryEnter(call, Now))
        {
            call.Send();
        }
        else if (call.Refusal != RefusalReason.None)
        {
            Model.Finish(call.Request, succeeded: false, refused: true);
        }

        Arm();
    }

    private void Fail(Call call, ErrorClass error)
    {
        _gate.Exit(call, Now, error);
        NextStep next = _gate.Next(call, Now, error);
        if (!next.Retries)
        {
            Model.Finish(call.Request, succeeded: false);
        }
        else if (next.Delay == 0)
        {
            Enter(call);
        }
        else
        {
            Model.Wake(Model.Now + next.Delay, this, call);
        }

        Arm();
    }

    private void Arm()
    {
        // A timer that was set for later and comes too early finds nothing to do.
        if (_gate.TryTakeWake(out long time))
        {
            Model.Wake(Math.Max(Model.Now, time - TimeSpan.TicksPerHour), this, null);
        }
    }

    private sealed class Call(DefaultClient client, StormRequest request) : GuardedCall
    {
        private StormAttempt? _attempt;

        public StormRequest Request => request;

        public void Send() => _attempt = client.Model.Send(request, client, Destination, this);

        public override void OnAdmitted() => Send();

        public override void OnRefused() => client.Model.Finish(request, succeeded: false, refused: true);

        public override object? OnStopping() => _attempt;

        public override void OnStopped(object? attempt)
        {
            ((StormAttempt)attempt!).IsGivenUp = true;
            client.Fail(this, ErrorClass.Overload);
        }
    }
}
