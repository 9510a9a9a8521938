namespace Vouch.TrustEngine.Acceptance;

/// <summary>The chance that each answer given for a unit is wrong, from who gave it, who agreed, who disagreed, and which checks it passed or failed.</summary>
/// <remarks>
/// <para>Credibility-based fault tolerance: L. F. G. Sarmenta, "Sabotage-tolerance mechanisms for volunteer computing systems", <i>Future Generation
/// Computer Systems</i> 18(4), 2002. Right results agree; wrong ones are assumed to agree as well (collusion), so agreement alone never earns more than
/// the product of the workers' error chances. Of all the worlds that fit what was seen (one group right and the others wrong, or all wrong), a group's
/// error probability is the weight of those in which it is wrong. Checks fold in by Bayes; a failed check is weighed by its false-alarm rate.</para>
/// <para>Beyond the paper: (1) results of one operator count as one vote; (2) a ring, a share <c>c</c> of the workers, may err on the same units
/// at the same moment. With probability <c>s</c> the ring is active and a member is wrong with chance up to <c>max(c, e)</c>, so that every worker's
/// own error chance <c>e</c> stays as stated; the model is evaluated at <c>s = 1</c> (independent errors) and at every <c>s = e/c</c>, and the worst answer counts.</para>
/// <para>The figure is a probability under the stated priors: with priors at or above the true error chances it is an upper bound at every stopping rule.
/// It does not cover a worker who turns without notice between two checks; that is what unpredictable, never-ending checks are for.</para>
/// <para>Pure, deterministic and safe to share. O(v · (v + g)) for v votes in g groups. Where no world fits what was seen (two groups that cannot be wrong
/// disagree), every group's error probability is 1.</para>
/// </remarks>
public sealed class CredibilityModel
{
    private readonly double _collusionShare;

    /// <summary>Initializes a model.</summary>
    /// <param name="collusionShare">The share of the workers that may act as one ring, in [0, 1]; with 0 the model is Sarmenta's.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="collusionShare"/> is NaN or outside [0, 1].</exception>
    public CredibilityModel(double collusionShare = 0)
    {
        if (!(collusionShare is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(collusionShare), collusionShare, "A share is a number in [0, 1].");
        }

        _collusionShare = collusionShare;
    }

    /// <summary>Gets the error probability of every group.</summary>
    /// <param name="candidates">The results of one unit; may be empty. Their order does not matter.</param>
    /// <returns>One entry per group, by group number.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="candidates"/> is null.</exception>
    /// <exception cref="ArgumentException">A candidate holds a value outside its range.</exception>
    public IReadOnlyList<GroupCredibility> Evaluate(IReadOnlyList<CandidateResult> candidates)
    {
        List<CandidateGroup> groups = CandidateGroup.Of(candidates);
        var result = new GroupCredibility[groups.Count];
        for (int i = 0; i < groups.Count; i++)
        {
            result[i] = new GroupCredibility(groups[i].Number, ErrorProbability(groups, i, default), groups[i].Errors.Count);
        }

        return result;
    }

    /// <summary>The error probability of one group (or, with an index past the last, of a group yet to come) if further evidence came in for it.</summary>
    internal double ErrorProbability(List<CandidateGroup> groups, int target, FurtherEvidence further)
    {
        double worst = AtActivity(groups, target, further, 1);
        if (_collusionShare > 0)
        {
            foreach (CandidateGroup group in groups)
            {
                foreach (double error in group.Errors)
                {
                    worst = Worse(groups, target, further, error, worst);
                }
            }

            if (further.Votes > 0)
            {
                worst = Worse(groups, target, further, further.VoteError, worst);
            }
        }

        return worst;
    }

    private double Worse(List<CandidateGroup> groups, int target, FurtherEvidence further, double error, double worst)
    {
        double activity = error / _collusionShare;
        return activity is > 0 and < 1 ? Math.Max(worst, AtActivity(groups, target, further, activity)) : worst;
    }

    private double AtActivity(List<CandidateGroup> groups, int target, FurtherEvidence further, double activity)
    {
        double right = double.NegativeInfinity;
        double wrong = double.NegativeInfinity;
        Weigh(groups, target, further, activity, ringActive: true, ref right, ref wrong);
        if (activity < 1)
        {
            Weigh(groups, target, further, activity, ringActive: false, ref right, ref wrong);
        }

        // -inf on both sides: no world fits what was seen.
        return double.IsNegativeInfinity(right) ? 1 : 1 / (1 + Math.Exp(right - wrong));
    }

    /// <summary>Adds the weights of the worlds in which the target is right, and of those in which it is wrong.</summary>
    private void Weigh(List<CandidateGroup> groups, int target, FurtherEvidence further, double activity, bool ringActive, ref double right, ref double wrong)
    {
        int count = Math.Max(groups.Count, target + 1);
        Span<double> ifRight = count <= 64 ? stackalloc double[count] : new double[count];
        Span<double> ifWrong = count <= 64 ? stackalloc double[count] : new double[count];
        for (int i = 0; i < count; i++)
        {
            if (i < groups.Count)
            {
                CandidateGroup group = groups[i];
                ifRight[i] = group.LogChecksIfRight;
                ifWrong[i] = group.LogChecksIfWrong;
                foreach (double error in group.Errors)
                {
                    double now = ErrorNow(error, activity, ringActive);
                    ifRight[i] += double.LogP1(-now);
                    ifWrong[i] += Math.Log(now);
                }
            }

            if (i == target && further.Votes > 0)
            {
                double now = ErrorNow(further.VoteError, activity, ringActive);
                ifRight[i] += further.Votes * double.LogP1(-now);
                ifWrong[i] += further.Votes * Math.Log(now);
            }

            if (i == target && further.Checks > 0)
            {
                ifRight[i] += further.Checks * double.LogP1(-further.FalseAlarmRate);
                ifWrong[i] += further.Checks * double.LogP1(-further.DetectionPower);
            }
        }

        double state = Math.Log(ringActive ? activity : 1 - activity);
        for (int world = -1; world < count; world++)
        {
            double weight = state;
            for (int i = 0; i < count; i++)
            {
                weight += i == world ? ifRight[i] : ifWrong[i];
            }

            if (world == target)
            {
                right = LogAdd(right, weight);
            }
            else
            {
                wrong = LogAdd(wrong, weight);
            }
        }
    }

    /// <summary>A vote's error chance while the ring is active or at rest; the mean over both states is the vote's own error chance.</summary>
    private double ErrorNow(double error, double activity, bool ringActive)
    {
        if (activity >= 1)
        {
            return error;
        }

        bool whollyRing = error <= activity * _collusionShare;
        double active = whollyRing ? Math.Min(1, error / activity) : Math.Max(_collusionShare, error);
        return ringActive ? active : whollyRing ? 0 : Math.Clamp((error - (activity * active)) / (1 - activity), 0, 1);
    }

    private static double LogAdd(double a, double b)
    {
        double high = Math.Max(a, b);
        return double.IsNegativeInfinity(high) ? high : high + double.LogP1(Math.Exp(Math.Min(a, b) - high));
    }
}

/// <summary>Evidence that may yet come in for one group: votes that agree with it, and checks that it passes.</summary>
internal readonly record struct FurtherEvidence(int Votes, double VoteError, int Checks, double DetectionPower, double FalseAlarmRate);
