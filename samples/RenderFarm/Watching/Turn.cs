using Vouch.Core.Models;

namespace RenderFarm.Watching;

/// <summary>What gave a worker away.</summary>
internal enum TurnSign
{
    /// <summary>Its tiles take much less, or much more, of the time that the others' take.</summary>
    Latency,

    /// <summary>Its tiles stopped passing checks.</summary>
    Checks,
}

/// <summary>A worker is no longer what it was.</summary>
/// <param name="Sequence">The number of the event that gave it away.</param>
/// <param name="Worker">The worker.</param>
/// <param name="Sign">What gave it away.</param>
/// <param name="Tile">From which of its tiles on, counted from 1 in the order of its answers.</param>
/// <param name="Unit">The name of that tile.</param>
/// <param name="ToldAfter">How many tiles it had sent when this was known.</param>
/// <param name="Probability">The probability of the change, given all that was seen.</param>
/// <param name="Text">The finding in words.</param>
internal sealed record Turn(long Sequence, WorkerId Worker, TurnSign Sign, int Tile, WorkUnitId Unit, int ToldAfter, double Probability, string Text);
