namespace Vouch.Evaluation.Resilience.Storm;

/// <summary>An attempt at a back end.</summary>
internal sealed class StormAttempt(StormRequest request, StormClient client, int backend, object? tag)
{
    public StormRequest Request => request;

    public StormClient Client => client;

    public int Backend => backend;

    /// <summary>The client's own note.</summary>
    public object? Tag => tag;

    public bool Succeeded { get; set; }

    /// <summary>Whether the client has stopped waiting for it. The server does not learn of it.</summary>
    public bool IsGivenUp { get; set; }

    public long Service { get; set; }

    public int Epoch { get; set; }
}
