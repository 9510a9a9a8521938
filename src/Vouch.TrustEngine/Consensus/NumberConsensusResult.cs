using System.Globalization;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;

namespace Vouch.TrustEngine.Consensus;

/// <summary>What many workers' numbers for many items come to.</summary>
/// <remarks>Immutable and safe to share.</remarks>
public sealed class NumberConsensusResult
{
    private readonly NumberDecision[] _decisions;
    private readonly double _byzantineShare;

    internal NumberConsensusResult(NumberDecision[] decisions, NumberWorker[] workers, IReadOnlyList<IReadOnlyList<int>> clusters, double threshold, int verified, double byzantineShare)
    {
        _decisions = decisions;
        Workers = Array.AsReadOnly(workers);
        Clusters = clusters;
        RejectionDistance = threshold;
        _byzantineShare = byzantineShare;
        int promised = decisions.Count(static decision => decision.Promise != ConsensusPromise.None || decision.IsVerified);
        string[] reasons =
        [
            string.Create(CultureInfo.InvariantCulture, $"{promised} of {decisions.Length} items have a median between two honest answers while at most {byzantineShare * 100:0.#} % of their independent voters lie; that is position, not truth."),
            double.IsInfinity(threshold)
                ? "No answer was rejected for its distance: leaving far answers out predicts the others no better."
                : string.Create(CultureInfo.InvariantCulture, $"Answers further than {threshold:G4} from their item's median were rejected."),
            verified == 0
                ? "No item was verified: a bias that most workers share cannot be seen."
                : string.Create(CultureInfo.InvariantCulture, $"{verified} verified items anchor the workers' biases."),
        ];
        Evidence = new Evidence("bias and variance of each worker, median to reject", decisions.Sum(static decision => (long)decision.Voters), decisions.Length > 0 && promised == decisions.Length, interval: null, reasons);
    }

    /// <summary>Gets the decisions in the order of the items' numbers.</summary>
    public IReadOnlyList<NumberDecision> Decisions => _decisions;

    /// <summary>Gets the workers in the order of their numbers.</summary>
    public IReadOnlyList<NumberWorker> Workers { get; }

    /// <summary>Gets the clusters of workers who give the same numbers: their numbers, ascending.</summary>
    public IReadOnlyList<IReadOnlyList<int>> Clusters { get; }

    /// <summary>Gets how far from an item's median an answer may lie, in the answers' unit; +∞ where none is rejected. It is learnt: the distance at which those kept predict a left-out answer about best.</summary>
    public double RejectionDistance { get; }

    /// <summary>Gets the evidence; sufficient where every item is verified or has enough voters for the promise of its median.</summary>
    public Evidence Evidence { get; }

    /// <summary>Gets the decision on an item.</summary>
    /// <param name="item">The item's number.</param>
    /// <exception cref="KeyNotFoundException">The item has no answer and was not verified.</exception>
    public NumberDecision GetDecision(int item)
    {
        int low = 0;
        int high = _decisions.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            int order = _decisions[middle].Item.CompareTo(item);
            if (order == 0)
            {
                return _decisions[middle];
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        throw new KeyNotFoundException(FormattableString.Invariant($"Nobody answered item {item}."));
    }

    /// <summary>Returns this result where every item carries a promise, and throws otherwise.</summary>
    /// <exception cref="ConsensusFailureException">Some item has too few independent voters.</exception>
    public NumberConsensusResult RequirePromise() => Evidence.IsSufficient
        ? this
        : throw new ConsensusFailureException($"Some items carry no promise. {Evidence.Reasons[0]}") { Ballots = (int)Math.Min(int.MaxValue, Evidence.SampleSize), ByzantineShare = _byzantineShare };
}
