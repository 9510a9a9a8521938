using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class DualFunction
{
    /// <summary>The same without a tree: selection in each window.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double SplitFew(int[] group, double[] unit, double[] running)
    {
        double total = 0;
        foreach (int j in group)
        {
            int head = _model.Head[j];
            int window = _model.OwnDue[j] - head;
            int length = _model.Duration[j];
            PieceRule rule = _model.Pieces[j];
            ReadOnlySpan<double> costs = unit.AsSpan(head, window);
            costs.CopyTo(_few);
            int longest = rule.Overhead == 0 ? length : length + (rule.Overhead * (int)Math.Min(rule.MaxPieces - 1, (long)(window - length) / rule.Overhead));
            double limit = Selection.Smallest(_few, window, longest - 1);
            if (longest > length)
            {
                Array.Sort(_few, 0, longest);
                limit = _few[length - 1];
            }

            double best = 0;
            for (int i = 0; i < length; i++)
            {
                best += _few[i];
            }

            int taken = length;
            double sum = best;
            for (int slots = length + rule.Overhead; rule.Overhead > 0 && slots <= longest; slots += rule.Overhead)
            {
                for (int i = slots - rule.Overhead; i < slots; i++)
                {
                    sum += _few[i];
                }

                if (sum < best)
                {
                    (best, taken, limit) = (sum, slots, _few[slots - 1]);
                }
            }

            if (RunCost is not null)
            {
                RunCost[j] = best;
            }

            if (best > _model.OwnPenalty[j])
            {
                total += _model.OwnPenalty[j];
                continue;
            }

            total += best;
            int equal = taken;
            for (int i = 0; i < taken; i++)
            {
                equal -= _few[i] < limit ? 1 : 0;
            }

            for (int i = 0; i < window && double.IsFinite(best); i++)
            {
                if (costs[i] < limit || (costs[i] == limit && equal-- > 0))
                {
                    running[head + i]++;
                }
            }
        }

        return total;
    }
}
