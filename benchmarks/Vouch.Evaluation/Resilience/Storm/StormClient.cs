namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>One client of the model, with a policy of its own.</summary>
internal abstract class StormClient(StormModel model)
{
    protected StormModel Model => model;

    /// <summary>A request is to be served.</summary>
    public abstract void OnRequest(StormRequest request);

    /// <summary>An attempt that was not given up came back.</summary>
    public abstract void OnAnswer(StormAttempt attempt);

    /// <summary>A time that the client asked for has come.</summary>
    public abstract void OnTimer(object? subject);
}
