using System.Runtime.CompilerServices;

namespace Vouch.Economy.Scheduling.Solver;

/// <content>What a slot costs at the multipliers and loads of the moment.</content>
internal sealed partial class AugmentedLagrangian
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddLoads()
    {
        double[][] running = Running();
        for (int c = 0; c < running.Length; c++)
        {
            foreach (int r in _rowsOf[c])
            {
                double[] weight = _rows[r].Weight[c];
                for (int t = 0; t < running[c].Length; t++)
                {
                    _load[r][t] += weight[weight.Length == 1 ? 0 : t] * running[c][t];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Reprice()
    {
        for (int r = 0; r < _lambda.Length; r++)
        {
            double[] room = _rows[r].Room;
            for (int t = 0; t < room.Length; t++)
            {
                _lambda[r][t] = Math.Max(0, _multiplier[r][t] + (_stiffness[r] * (_load[r][t] - room[t])));
            }
        }
    }

    /// <summary>Slot costs and their sums over all windows of a chunk.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Charge(int[] chunk)
    {
        int from = int.MaxValue;
        int to = 0;
        foreach (int j in chunk)
        {
            from = Math.Min(from, _model.Head[j]);
            to = Math.Max(to, Due(j));
        }

        Charge(_classes.Of[chunk[0]], from, to);
        if (_shapeAt[chunk[0]] < 0)
        {
            RowKernel.Sum(_unit.AsSpan(from, to - from), _prefix.AsSpan(from, to - from + 1));
        }
    }

    /// <summary>What each slot of a window costs a class at this moment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Charge(int jobClass, int from, int to)
    {
        Array.Copy(_base[jobClass], from, _unit, from, to - from);
        foreach (int r in _rowsOf[jobClass])
        {
            double[] weight = _rows[r].Weight[jobClass];
            double[] lambda = _lambda[r];
            if (weight.Length == 1)
            {
                RowKernel.AddScaled(_unit.AsSpan(from, to - from), lambda.AsSpan(from, to - from), weight[0]);
            }
            else
            {
                for (int t = from; t < to; t++)
                {
                    _unit[t] += weight[t] * lambda[t];
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double UnitNow(int jobClass, int slot)
    {
        double unit = _base[jobClass][slot];
        foreach (int r in _rowsOf[jobClass])
        {
            double[] weight = _rows[r].Weight[jobClass];
            unit += weight[weight.Length == 1 ? 0 : slot] * _lambda[r][slot];
        }

        return unit;
    }

    /// <summary>Adds a weight of a class's run in a slot and prices the slot anew.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Load(int jobClass, int slot, double amount)
    {
        foreach (int r in _rowsOf[jobClass])
        {
            double[] weight = _rows[r].Weight[jobClass];
            double load = _load[r][slot] += amount * weight[weight.Length == 1 ? 0 : slot];
            _lambda[r][slot] = Math.Max(0, _multiplier[r][slot] + (_stiffness[r] * (load - _rows[r].Room[slot])));
        }
    }

    /// <summary>How much the cost of a slot for a class rises with the share of it that a job takes, where the capacity is or would be charged for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private double Curvature(int jobClass, int slot, bool enters)
    {
        double sum = 0;
        foreach (int r in _rowsOf[jobClass])
        {
            double[] weights = _rows[r].Weight[jobClass];
            double weight = weights[weights.Length == 1 ? 0 : slot];
            bool charged = _lambda[r][slot] > 0 || (enters && _multiplier[r][slot] + (_stiffness[r] * (_load[r][slot] + weight - _rows[r].Room[slot])) > 0);
            sum += charged ? _stiffness[r] * weight * weight : 0;
        }

        return sum;
    }
}
