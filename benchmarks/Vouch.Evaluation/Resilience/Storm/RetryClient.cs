namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>The well-known policies that the reference figures describe: up to so many retries after full-jitter waits, with or without a budget of one retry per ten successes.</summary>
internal sealed class RetryClient(StormModel model, int retries, bool hasBudget) : StormClient(model)
{
    private const double BaseSeconds = 0.1;
    private const double Capacity = 10;
    private const double PerSuccess = 0.1;

    private double _budget = Capacity;

    public override void OnRequest(StormRequest request) => Try(request);

    public override void OnAnswer(StormAttempt attempt)
    {
        if (attempt.Succeeded)
        {
            _budget = Math.Min(Capacity, _budget + PerSuccess);
            Model.Finish(attempt.Request, succeeded: true);
            attempt.IsGivenUp = true;
            return;
        }

        attempt.IsGivenUp = true;
        Fail(attempt.Request);
    }

    public override void OnTimer(object? subject)
    {
        if (subject is StormRequest request)
        {
            Try(request);
        }
        else if (subject is StormAttempt { IsGivenUp: false } attempt)
        {
            attempt.IsGivenUp = true;
            Fail(attempt.Request);
        }
    }

    private void Try(StormRequest request)
    {
        StormAttempt attempt = Model.Send(request, this, Model.DrawBackend());
        Model.Wake(Math.Min(Model.Now + StormModel.Ticks(Model.Scenario.AttemptTimeoutMs / 1000), request.Deadline), this, attempt);
    }

    private void Fail(StormRequest request)
    {
        long delay = StormModel.Ticks(BaseSeconds * Math.ScaleB(1, request.Attempts - 1) * Model.Draw());
        bool mayRetry = request.Attempts <= retries && Model.Now + delay < request.Deadline;
        bool isRefused = mayRetry && hasBudget && _budget < 1;
        if (!mayRetry || isRefused)
        {
            Model.Finish(request, succeeded: false, isRefused);
            return;
        }

        _budget -= hasBudget ? 1 : 0;
        Model.Wake(Model.Now + delay, this, request);
    }
}
