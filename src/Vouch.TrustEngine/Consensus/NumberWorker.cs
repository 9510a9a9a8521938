namespace Vouch.TrustEngine.Consensus;

/// <summary>What the numbers given for many items tell about one worker.</summary>
/// <remarks>Immutable and safe to share.</remarks>
/// <param name="Worker">The worker's number.</param>
/// <param name="Answers">How many finite answers it gave.</param>
/// <param name="Bias">By how much its answers exceed the values on average, in the answers' unit, drawn towards 0 where they are few.</param>
/// <param name="Deviation">The standard deviation of its answers around value plus bias, in the answers' unit, drawn towards the common one where they are few.</param>
/// <param name="Cluster">The index of its cluster of workers who give the same numbers, or null.</param>
public sealed record NumberWorker(int Worker, int Answers, double Bias, double Deviation, int? Cluster);
