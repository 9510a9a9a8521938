using System.Globalization;
using Microsoft.Extensions.Options;
using Vouch.Core.Exceptions;
using Vouch.Core.Models;
using Vouch.TrustEngine.Diagnostics;

namespace Vouch.TrustEngine.Consensus;

/// <summary>Weighted vote on workers' labels, with weights cut so that no few of them decide. With equal weights, a majority vote.</summary>
/// <remarks>
/// <para>All workers of one operator are one voter. Weights are cut at the highest level at which any <c>f</c> voters weigh less than half. A label whose
/// weight exceeds what f voters can weigh was given by at least one honest worker; one that leads the next by more than that has the most honest weight behind
/// it, so it is the answer that the honest alone would have chosen. Ties go to the label first in ordinal order and promise nothing beyond support.</para>
/// <para>O(n log n). Deterministic, independent of the ballots' order, safe to share.</para>
/// </remarks>
public sealed class WeightedVoteConsensus : ICategoricalConsensus
{
    private const string Method = "weighted vote, weights capped per operator";
    private const double Slack = 1e-12;

    private readonly ConsensusOptions _options;
    private readonly TrustMetrics? _metrics;

    /// <summary>Initializes a consensus with the default options.</summary>
    public WeightedVoteConsensus()
        : this(new ConsensusOptions())
    {
    }

    /// <summary>Initializes a consensus.</summary>
    /// <param name="options">The options; copied.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="OptionsValidationException">An option is outside its range.</exception>
    public WeightedVoteConsensus(ConsensusOptions options)
        : this(options, null)
    {
    }

    internal WeightedVoteConsensus(ConsensusOptions options, TrustMetrics? metrics)
    {
        _options = Ballots.Copy(options);
        _metrics = metrics;
    }

    /// <inheritdoc/>
    public CategoricalDecision Decide(IReadOnlyList<CategoricalBallot> ballots)
    {
        ArgumentNullException.ThrowIfNull(ballots);
        var counted = new List<(WorkerId Worker, string? Entity, double Weight)>(ballots.Count);
        var labels = new List<string>(ballots.Count);
        var setAside = new SortedSet<WorkerId>();
        for (int i = 0; i < ballots.Count; i++)
        {
            CategoricalBallot ballot = ballots[i];
            Ballots.Require(ballot.Worker, ballot.Weight, i);
            if (ballot.Weight > 0 && ballot.Label is not null)
            {
                counted.Add((ballot.Worker, ballot.Entity, ballot.Weight));
                labels.Add(ballot.Label);
            }
            else
            {
                setAside.Add(ballot.Worker);
            }
        }

        Electorate electorate = Electorate.Of(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(counted), _options);

        // Summed in order of weight, so that the sums do not depend on the order given.
        (string Label, double Weight)[] tally = [.. labels.Zip(electorate.BallotWeights)
            .GroupBy(static vote => vote.First, static vote => vote.Second, StringComparer.Ordinal)
            .Select(static group => (group.Key, group.Order().Sum()))];
        Array.Sort(tally, static (a, b) =>
        {
            int order = Math.Abs(a.Weight - b.Weight) <= Slack ? 0 : b.Weight.CompareTo(a.Weight);
            return order != 0 ? order : string.CompareOrdinal(a.Label, b.Label);
        });
        double support = tally.Length > 0 ? Math.Min(1, tally[0].Weight) : 0;
        double lead = Math.Max(0, tally.Length > 1 ? support - tally[1].Weight : support);
        bool able = electorate.CarriesPromise(_options);
        ConsensusPromise promise = able && lead > electorate.LiarShare + Slack ? ConsensusPromise.HonestPlurality
            : able && support > electorate.LiarShare + Slack ? ConsensusPromise.HonestSupport
            : ConsensusPromise.None;
        string? winner = tally.Length > 0 ? tally[0].Label : null;
        _metrics?.Decided(promise != ConsensusPromise.None);
        return new CategoricalDecision
        {
            Label = winner,
            Promise = promise,
            Support = support,
            Lead = lead,
            Voters = electorate.Voters,
            ToleratedLiars = electorate.ToleratedLiars,
            Dissenters = [.. counted.Where((_, i) => labels[i] != winner).Select(static ballot => ballot.Worker).Distinct().Order()],
            SetAside = [.. setAside],
            Evidence = Explain(promise, able, electorate, support, lead),
        };
    }

    /// <inheritdoc/>
    public CategoricalDecision DecideOrThrow(IReadOnlyList<CategoricalBallot> ballots)
    {
        CategoricalDecision decision = Decide(ballots);
        return decision.Promise != ConsensusPromise.None ? decision : throw Ballots.Failure(decision.Voters, decision.Evidence, _options);
    }

    private Evidence Explain(ConsensusPromise promise, bool able, Electorate electorate, double support, double lead)
    {
        if (!able)
        {
            return Ballots.Insufficient(Method, electorate, _options);
        }

        string figures = string.Create(
            CultureInfo.InvariantCulture,
            $"It has {support * 100:0.#} % of the weight and leads by {lead * 100:0.#} %; {electorate.AssumedLiars} liars can weigh {electorate.LiarShare * 100:0.#} %.");
        return promise switch
        {
            ConsensusPromise.HonestPlurality => new Evidence(Method, electorate.Voters, isSufficient: true, interval: null, ["No other answer has more honest weight behind it.", figures]),
            ConsensusPromise.HonestSupport => new Evidence(Method, electorate.Voters, isSufficient: true, interval: null, ["At least one honest worker gave this answer.", figures]),
            _ => Evidence.Insufficient(Method, electorate.Voters, "The liars alone may have given this answer: ask more workers.", figures),
        };
    }
}
