using System.Globalization;

namespace Vouch.Economy.ProjectScheduling;

/// <summary>A renewable resource that running activities share.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class ProjectResource
{
    /// <summary>The largest capacity.</summary>
    public const int MaxCapacity = 1_000_000_000;

    /// <summary>Initializes a resource.</summary>
    /// <param name="name">The name, not blank.</param>
    /// <param name="capacity">How much there is in every slot, 0 to <see cref="MaxCapacity"/>.</param>
    /// <exception cref="ArgumentException">The name is blank or the capacity out of range.</exception>
    public ProjectResource(string name, int capacity)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        if (capacity is < 0 or > MaxCapacity)
        {
            throw new ArgumentOutOfRangeException(
                nameof(capacity), capacity, string.Create(CultureInfo.InvariantCulture, $"Resource '{name}': the capacity must be 0 to {MaxCapacity}."));
        }

        Name = name;
        Capacity = capacity;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets how much there is in every slot.</summary>
    /// <value>An amount in [0, <see cref="MaxCapacity"/>].</value>
    public int Capacity { get; }

    /// <summary>Returns the name and the capacity as text.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}: {Capacity}");
}
