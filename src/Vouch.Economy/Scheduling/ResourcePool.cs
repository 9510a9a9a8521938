using System.Globalization;

namespace Vouch.Economy.Scheduling;

/// <summary>A resource that running jobs share: how much of it there is, always or slot by slot.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class ResourcePool
{
    private readonly double[]? _profile;

    /// <summary>Initializes a pool of constant capacity.</summary>
    /// <param name="name">The name, such as <c>workers</c>.</param>
    /// <param name="capacity">How much there is in every slot, 0 to <see cref="Job.MaxAmount"/>.</param>
    /// <exception cref="ArgumentException">The name is blank or the capacity out of range.</exception>
    public ResourcePool(string name, double capacity)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Require(capacity, name, slot: null, nameof(capacity));
        Name = name;
        Capacity = capacity;
    }

    /// <summary>Initializes a pool whose capacity varies.</summary>
    /// <param name="name">The name, such as <c>workers</c>.</param>
    /// <param name="profile">How much there is in each slot of the horizon, each 0 to <see cref="Job.MaxAmount"/>, at least one; copied.</param>
    /// <exception cref="ArgumentException">The name is blank, the profile empty, or a capacity out of range; the message names the slot.</exception>
    public ResourcePool(string name, IReadOnlyList<double> profile)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(profile);
        if (profile.Count == 0)
        {
            throw new ArgumentException($"Resource '{name}': a capacity profile has one number per slot.", nameof(profile));
        }

        _profile = [.. profile];
        for (int slot = 0; slot < _profile.Length; slot++)
        {
            Require(_profile[slot], name, slot, nameof(profile));
        }

        Name = name;
        Capacity = _profile.Max();
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the capacity: the constant one, or the highest of the profile.</summary>
    public double Capacity { get; }

    /// <summary>Gets the number of slots of the profile, or null where the capacity is constant.</summary>
    public int? ProfileLength => _profile?.Length;

    /// <summary>Gets the capacity in a slot.</summary>
    /// <param name="slot">The slot, 0 or more, inside the profile where there is one.</param>
    /// <returns>The capacity.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="slot"/> is outside its range.</exception>
    public double CapacityAt(int slot)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(slot);
        if (_profile is null)
        {
            return Capacity;
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(slot, _profile.Length);
        return _profile[slot];
    }

    private static void Require(double value, string name, int? slot, string parameter)
    {
        if (!(value is >= 0 and <= Job.MaxAmount))
        {
            string where = slot is { } given ? string.Create(CultureInfo.InvariantCulture, $" in slot {given}") : "";
            throw new ArgumentOutOfRangeException(
                parameter, value, string.Create(CultureInfo.InvariantCulture, $"Resource '{name}': the capacity{where} must be a number in [0, {Job.MaxAmount:G}]."));
        }
    }
}
