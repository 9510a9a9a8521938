using System.Globalization;
using Vouch.Economy.Scheduling;

namespace Vouch.Economy.Online;

/// <summary>A resource whose capacity may change while work runs: what is expected, and what can be relied on.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class OnlinePool
{
    /// <summary>Initializes a pool.</summary>
    /// <param name="name">The name, such as <c>spot workers</c>.</param>
    /// <param name="expectedCapacity">How much there is as far as is known now, 0 to <see cref="Job.MaxAmount"/>.</param>
    /// <param name="floor">How much there always is: what <see cref="OnlineScheduler"/> promises rests on it. 0 (the default) promises nothing.</param>
    /// <exception cref="ArgumentException">The name is blank, or a capacity out of range or below the floor.</exception>
    public OnlinePool(string name, double expectedCapacity, double floor = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (!(expectedCapacity is >= 0 and <= Job.MaxAmount))
        {
            throw new ArgumentOutOfRangeException(
                nameof(expectedCapacity), expectedCapacity, string.Create(CultureInfo.InvariantCulture, $"Pool '{name}': the capacity must be a number in [0, {Job.MaxAmount:G}]."));
        }

        if (!(floor >= 0 && floor <= expectedCapacity))
        {
            throw new ArgumentOutOfRangeException(
                nameof(floor), floor, string.Create(CultureInfo.InvariantCulture, $"Pool '{name}': the floor must lie in [0, {expectedCapacity:G}], the expected capacity."));
        }

        Name = name;
        ExpectedCapacity = expectedCapacity;
        Floor = floor;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets how much there is as far as is known at the start.</summary>
    public double ExpectedCapacity { get; }

    /// <summary>Gets how much there always is.</summary>
    public double Floor { get; }
}
