namespace Vouch.Economy.Scheduling.Solver;

internal sealed partial class DualAscent
{
    /// <summary>
    /// Rounds the prices to whole numbers where everything else is whole, so that the bound is exact, and then moves single prices by one where that gains.
    /// </summary>
    /// <param name="trials">How many evaluations the moves may take.</param>
    /// <param name="mayGoOn">Whether there is time for more.</param>
    public void Round(int trials, Func<bool> mayGoOn)
    {
        if (!_model.IsWhole() || !double.IsFinite(BestValue))
        {
            return;
        }

        double[][] fractional = Best;
        Best = Zeros();
        BestValue = _function.Evaluate(Best, _cancellationToken);
        foreach (double[][] prices in (ReadOnlySpan<double[][]>)[fractional, WithoutCuts()])
        {
            foreach (Func<double[], double[]> rule in (ReadOnlySpan<Func<double[], double[]>>)[Nearest, Diffused])
            {
                double[][] rounded = [.. prices.Select(row => rule(row))];
                double value = _function.Evaluate(rounded, _cancellationToken);
                (Best, BestValue) = value > BestValue ? (rounded, value) : (Best, BestValue);
            }
        }

        for (int r = 0; r < Best.Length; r++)
        {
            for (int t = 0; t < Best[r].Length; t++)
            {
                for (int change = -1; change <= 1; change += 2)
                {
                    if (trials-- <= 0 || (trials % 16 == 0 && !mayGoOn()))
                    {
                        return;
                    }

                    Best[r][t] += change;
                    double value = Best[r][t] < 0 ? double.NegativeInfinity : _function.Evaluate(Best, _cancellationToken);
                    if (value > BestValue)
                    {
                        BestValue = value;
                    }
                    else
                    {
                        Best[r][t] -= change;
                    }
                }
            }
        }
    }

    /// <summary>The bound with the certificate that proves it.</summary>
    public CostBound Bound()
    {
        bool priced = Array.Exists(Best, static row => Array.Exists(row, static value => value > 0));
        if (!priced)
        {
            return new CostBound(BestValue, RelaxedBound.WithoutCapacitiesName);
        }

        double[][] lambda = [.. _model.Capacity.Select(static row => new double[row.Length])];
        var cuts = new List<RoundingCut>();
        for (int r = 0; r < Best.Length; r++)
        {
            CapacityRow row = _function.Rows[r];
            if (row.Quotient == 0)
            {
                Best[r].CopyTo(lambda[row.Resource], 0);
            }
            else if (Array.Exists(Best[r], static value => value > 0))
            {
                cuts.Add(new RoundingCut(row.Resource, row.Quotient, Best[r]));
            }
        }

        string method = cuts.Count > 0
            ? "Lagrangian relaxation of the capacities and of rounding cuts, each job at its cheapest relaxed run"
            : "Lagrangian relaxation of the capacities, each job at its cheapest relaxed run";
        return new CostBound(BestValue, method, new DualPrices(lambda, cuts));
    }

    /// <summary>The best prices of the capacities alone: rounding costs more where there are many rows.</summary>
    private double[][] WithoutCuts() =>
        [.. _function.Rows.Select(row => row.Quotient == 0 && _capacitiesOnly is { } own ? own[row.Resource] : new double[row.Room.Length])];

    private static double[] Nearest(double[] row) => Array.ConvertAll(row, Math.Round);

    /// <summary>Carries what rounding left over to the next slot, so that long runs cost what they did.</summary>
    private static double[] Diffused(double[] row)
    {
        double[] rounded = new double[row.Length];
        double carried = 0;
        for (int t = 0; t < row.Length; t++)
        {
            rounded[t] = Math.Max(0, Math.Round(row[t] + (row[t] > 0 ? carried : 0)));
            carried += row[t] - rounded[t];
        }

        return rounded;
    }
}
