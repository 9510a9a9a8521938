using Vouch.Core.Models;

namespace Vouch.TrustEngine.Acceptance;

/// <summary>The agreeing results of a unit, reduced to what credibility needs: one error per vote, and the likelihood of the checks either way.</summary>
internal sealed class CandidateGroup(int number)
{
    private readonly Dictionary<(bool IsEntity, string Name), int> _voteOf = [];

    public int Number { get; } = number;

    /// <summary>The prior error of each vote: the highest among the operator's members in this group.</summary>
    public List<double> Errors { get; } = [];

    public List<CandidateResult> Members { get; } = [];

    /// <summary>Log-likelihood of all checks of the group's members if its answer is wrong: an upper bound over every power at or above the stated one.</summary>
    public double LogChecksIfWrong { get; private set; }

    /// <summary>Log-likelihood of the same checks if the answer is right.</summary>
    public double LogChecksIfRight { get; private set; }

    /// <summary>Sorts candidates into groups, ordered by number; throws on what is out of range.</summary>
    public static List<CandidateGroup> Of(IReadOnlyList<CandidateResult> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var groups = new SortedDictionary<int, CandidateGroup>();
        for (int i = 0; i < candidates.Count; i++)
        {
            CandidateResult candidate = candidates[i];
            Require(candidate, i);
            if (!groups.TryGetValue(candidate.Group, out CandidateGroup? group))
            {
                groups.Add(candidate.Group, group = new CandidateGroup(candidate.Group));
            }

            group.Add(candidate);
        }

        return [.. groups.Values];
    }

    /// <summary>The member to accept: the one most often checked clean, then of the most reliable worker, then by id.</summary>
    public CandidateResult Best() => First(static (a, b) => ByStanding(a, b));

    /// <summary>The member to check: where a check says most, then the one that would be accepted.</summary>
    public CandidateResult MostTelling() => First(static (a, b) =>
    {
        int order = b.DetectionPower.CompareTo(a.DetectionPower);
        order = order != 0 ? order : a.FalseAlarmRate.CompareTo(b.FalseAlarmRate);
        return order != 0 ? order : ByStanding(a, b);
    });

    private static int ByStanding(CandidateResult a, CandidateResult b)
    {
        int order = (b.ChecksPassed - b.ChecksFailed).CompareTo(a.ChecksPassed - a.ChecksFailed);
        order = order != 0 ? order : a.PriorError.CompareTo(b.PriorError);
        return order != 0 ? order : a.Worker.CompareTo(b.Worker);
    }

    private CandidateResult First(Comparison<CandidateResult> compare)
    {
        CandidateResult first = Members[0];
        foreach (CandidateResult member in Members)
        {
            first = compare(member, first) < 0 ? member : first;
        }

        return first;
    }

    private static void Require(CandidateResult candidate, int index)
    {
        if (candidate.Worker.IsDefault
            || !(candidate.PriorError is >= 0 and <= 1)
            || !(candidate.DetectionPower is >= 0 and <= 1)
            || !(candidate.FalseAlarmRate is >= 0 and < 1)
            || candidate.ChecksPassed < 0
            || candidate.ChecksFailed < 0)
        {
            throw new ArgumentException(
                $"Candidate {index} is out of range: it needs a worker, a prior error and a detection power in [0, 1], a false alarm rate in [0, 1) and counts of 0 or more; it reads {candidate}.",
                nameof(candidate));
        }
    }

    private void Add(CandidateResult candidate)
    {
        Members.Add(candidate);
        (bool, string) voter = candidate.Entity is { } entity ? (true, entity) : (false, candidate.Worker.Value);
        if (_voteOf.TryGetValue(voter, out int vote))
        {
            Errors[vote] = Math.Max(Errors[vote], candidate.PriorError);
        }
        else
        {
            _voteOf.Add(voter, Errors.Count);
            Errors.Add(candidate.PriorError);
        }

        int passed = candidate.ChecksPassed;
        int failed = candidate.ChecksFailed;
        if (passed + failed == 0)
        {
            return;
        }

        // The power is only known to be at least d: take the power in [d, 1] that speaks most for "wrong".
        double power = Math.Max(candidate.DetectionPower, (double)failed / (passed + failed));
        LogChecksIfWrong += LogPower(1 - power, passed) + LogPower(power, failed);
        LogChecksIfRight += LogPower(1 - candidate.FalseAlarmRate, passed) + LogPower(candidate.FalseAlarmRate, failed);
    }

    private static double LogPower(double value, int exponent) => exponent == 0 ? 0 : exponent * Math.Log(value);
}
