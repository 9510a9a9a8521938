namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>How much of the time is left, and whether the caller still waits. Not safe to share.</summary>
internal sealed class SearchBudget(TimeSpan? time, TimeProvider clock, CancellationToken cancellation)
{
    private readonly long _started = clock.GetTimestamp();

    public bool IsTimed => time is not null;

    /// <summary>The share of the time after which the present part of the search ends.</summary>
    public double Share { get; set; } = 1;

    /// <summary>Gets the used share of the time; 0 where there is no limit.</summary>
    public double Used => time is { } limit ? clock.GetElapsedTime(_started) / limit : 0;

    /// <summary>Gets whether the present part may go on.</summary>
    /// <exception cref="OperationCanceledException">The caller does not wait any more.</exception>
    public bool IsLeft()
    {
        cancellation.ThrowIfCancellationRequested();
        return time is null || Used < Share;
    }
}
