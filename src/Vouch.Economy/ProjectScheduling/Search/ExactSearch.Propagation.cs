using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Vouch.Economy.ProjectScheduling.Search;

/// <summary>What follows from windows: along precedence, from clauses, and from the profile of what must run.</summary>
internal sealed partial class ExactSearch
{
    private const int Lanes = 8;

    /// <summary>All ones, then none: where it is read decides how many slots count.</summary>
    private static readonly uint[] Masks = [.. Enumerable.Range(0, 2 * Lanes).Select(static i => i < Lanes ? uint.MaxValue : 0)];

    private readonly List<Watch>[] _watches;

    /// <summary>Narrows until nothing follows any more.</summary>
    /// <returns>False at a conflict.</returns>
    private bool Propagate()
    {
        while (true)
        {
            while (_next < _top)
            {
                Step step = _steps[_next++];
                if (!FollowPrecedence(step.Side) || !FollowClauses(step.Side, step.Old))
                {
                    return false;
                }
            }

            if (!FollowProfile())
            {
                return false;
            }

            if (_next == _top)
            {
                return true;
            }
        }
    }

    private bool FollowPrecedence(int side)
    {
        int activity = side >> 1;
        int value = _side[side];
        if ((side & 1) == 0)
        {
            foreach (int before in _model.Forward.Of(activity))
            {
                if (!Narrow(Latest(before), value - _model.Duration[before], Reason.Precedence, side))
                {
                    return false;
                }
            }

            return true;
        }

        foreach (int after in _model.Reverse.Of(activity))
        {
            if (!Narrow(Earliest(after), value - _model.Duration[activity], Reason.Precedence, side))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Visits the clauses of which a watched limit has just been broken, because a side fell from an old value.</summary>
    private bool FollowClauses(int side, int old)
    {
        List<Watch> list = _watches[side];
        Span<Watch> watches = CollectionsMarshal.AsSpan(list);
        int value = _side[side];
        int kept = 0;
        bool fine = true;
        foreach (Watch watch in watches)
        {
            if (!fine || value > watch.Value || old <= watch.Value || Visit(side ^ 1, -watch.Value - 1, watch.Clause, ref fine))
            {
                watches[kept++] = watch;
            }
        }

        list.RemoveRange(kept, list.Count - kept);
        return fine;
    }

    /// <summary>Finds another limit to watch, or else requires the other watched one.</summary>
    /// <returns>Whether the broken limit stays watched.</returns>
    private bool Visit(int side, int value, LearnedClause clause, ref bool fine)
    {
        int[] sides = clause.Sides;
        int[] values = clause.Values;
        if (sides[0] == side && values[0] == value)
        {
            (sides[0], sides[1]) = (sides[1], sides[0]);
            (values[0], values[1]) = (values[1], values[0]);
        }

        if (_side[sides[0]] <= values[0])
        {
            return true;
        }

        for (int i = 2; i < sides.Length; i++)
        {
            if (!IsBroken(sides[i], values[i]))
            {
                (sides[1], sides[i]) = (sides[i], sides[1]);
                (values[1], values[i]) = (values[i], values[1]);
                _watches[sides[1] ^ 1].Add(new Watch(-values[1] - 1, clause));
                return false;
            }
        }

        fine = Narrow(sides[0], values[0], Reason.Clause, 0, clause);
        return true;
    }

    private bool IsBroken(int side, int value) => _side[side ^ 1] <= -value - 1;

    /// <summary>Pushes earliest starts behind, and latest ends before, slots that what must run leaves too full; source: time tables, A. Lahrichi, 1982.</summary>
    private bool FollowProfile()
    {
        for (int i = 0; i < _count; i++)
        {
            uint want = _model.PackedDemand[i];
            int duration = _model.Duration[i];
            while (want != 0)
            {
                int earliest = -_side[Earliest(i)];
                int full = LastFull(want, earliest, Math.Min(_side[Latest(i)], earliest + duration));
                if (full < 0)
                {
                    break;
                }

                if (!Narrow(Earliest(i), -full - 1, Reason.Profile, full))
                {
                    return false;
                }
            }

            while (want != 0)
            {
                int latest = _side[Latest(i)];
                int full = FirstFull(want, Math.Max(latest, duration - _side[Earliest(i)]), latest + duration);
                if (full < 0)
                {
                    break;
                }

                if (!Narrow(Latest(i), full - duration, Reason.Profile, full))
                {
                    return false;
                }
            }
        }

        return true;
    }

    private int LastFull(uint want, int from, int to)
    {
        for (; to > from; to -= Lanes)
        {
            int begin = Math.Max(from, to - Lanes);
            uint full = Full(want, begin, to - begin);
            if (full != 0)
            {
                return begin + ((31 - BitOperations.LeadingZeroCount(full)) >> 2);
            }
        }

        return -1;
    }

    private int FirstFull(uint want, int from, int to)
    {
        for (; from < to; from += Lanes)
        {
            uint full = Full(want, from, Math.Min(Lanes, to - from));
            if (full != 0)
            {
                return from + (BitOperations.TrailingZeroCount(full) >> 2);
            }
        }

        return -1;
    }

    /// <summary>Four bits for each of up to eight slots, some set where the slot has less left than wanted.</summary>
    private uint Full(uint want, int from, int slots)
    {
        Vector256<byte> need = (Vector256.Create(want) & Vector256.LoadUnsafe(ref Masks[Lanes - slots])).AsByte();
        return (Vector256.LoadUnsafe(ref _free[from]).AsByte() - need).ExtractMostSignificantBits();
    }

    /// <summary>A clause that watches a side: it is broken once the side is at most the value.</summary>
    private readonly record struct Watch(int Value, LearnedClause Clause);
}
