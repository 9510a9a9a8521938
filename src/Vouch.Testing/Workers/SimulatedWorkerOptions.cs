namespace Vouch.Testing.Workers;

/// <summary>How a simulated worker and its link behave when all is well.</summary>
public sealed class SimulatedWorkerOptions
{
    /// <summary>Gets or sets how many calls the worker serves at once.</summary>
    /// <value>1 or more. The default is 4.</value>
    public int Servers { get; set; } = 4;

    /// <summary>Gets or sets how many further calls wait in line; more are refused with <see cref="Core.Exceptions.ResourceAllocationException"/>.</summary>
    /// <value>0 or more. The default is 1000.</value>
    public int QueueLimit { get; set; } = 1000;

    /// <summary>Gets or sets how long a call is served.</summary>
    /// <value>The default is log-normal with a mean of 10 ms and a coefficient of variation of 0.5.</value>
    public DelayDistribution ServiceTime { get; set; } = DelayDistribution.LogNormal(TimeSpan.FromMilliseconds(10), 0.5);

    /// <summary>Gets or sets how long a message is under way, each way.</summary>
    /// <value>The default is uniform from 0.5 to 1.5 ms.</value>
    public DelayDistribution LinkDelay { get; set; } = DelayDistribution.Uniform(TimeSpan.FromMilliseconds(0.5), TimeSpan.FromMilliseconds(1.5));

    /// <summary>Gets or sets the share of messages that a healthy link loses, each way.</summary>
    /// <value>A number in [0, 1]. The default is 0.</value>
    public double Loss { get; set; }

    /// <summary>
    /// Gets or sets how old a request may be, by the caller's stamp and the worker's own clock, before the worker refuses it with <see cref="TimeoutException"/>. A worker whose
    /// clock is ahead refuses fresh requests; one whose clock is behind serves dead ones.
    /// </summary>
    /// <value>A positive duration, or null: any age. The default is null.</value>
    public TimeSpan? RequestLifetime { get; set; }

    internal void ThrowIfInvalid()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Servers, 1, nameof(Servers));
        ArgumentOutOfRangeException.ThrowIfNegative(QueueLimit, nameof(QueueLimit));
        ArgumentNullException.ThrowIfNull(ServiceTime, nameof(ServiceTime));
        ArgumentNullException.ThrowIfNull(LinkDelay, nameof(LinkDelay));
        if (!(Loss >= 0 && Loss <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(Loss), Loss, "A share is a number in [0, 1].");
        }

        if (RequestLifetime is { } lifetime)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(lifetime, TimeSpan.Zero, nameof(RequestLifetime));
        }
    }
}
