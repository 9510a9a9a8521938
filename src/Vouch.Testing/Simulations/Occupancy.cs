namespace Vouch.Testing.Simulations;

/// <summary>Counts what goes on at once in a simulation and fails the run when it passes the limit. Made by <see cref="Simulation.NeverMoreThan"/>.</summary>
/// <remarks>Belongs to the simulation's thread.</remarks>
public sealed class Occupancy
{
    private readonly Simulation _simulation;
    private readonly string _what;

    internal Occupancy(Simulation simulation, int limit, string what)
    {
        _simulation = simulation;
        _what = what;
        Limit = limit;
    }

    /// <summary>Gets how many may go on at once.</summary>
    public int Limit { get; }

    /// <summary>Gets how many go on now.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the greatest number so far.</summary>
    public int Peak { get; private set; }

    /// <summary>One more goes on.</summary>
    /// <exception cref="SimulationException">It is one too many.</exception>
    public void Enter()
    {
        Peak = Math.Max(Peak, ++Count);
        if (Count > Limit)
        {
            throw _simulation.Broken($"never more than {Limit} {_what}: now there are {Count}");
        }
    }

    /// <summary>One ended.</summary>
    /// <exception cref="InvalidOperationException">None goes on.</exception>
    public void Leave()
    {
        if (Count == 0)
        {
            throw new InvalidOperationException($"Leave without Enter: {_what}.");
        }

        Count--;
    }
}
