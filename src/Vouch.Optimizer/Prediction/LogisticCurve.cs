namespace Vouch.Optimizer.Prediction;

/// <summary>A logistic curve of one variable, fitted by penalized likelihood: slope and intercept are drawn towards a prior with the weight of so many observations.</summary>
internal static class LogisticCurve
{
    public static (double Slope, double Intercept) Fit(IReadOnlyList<double> x, IReadOnlyList<double> scores, double priorSlope, double priorIntercept, double priorWeight)
    {
        double slope = priorSlope;
        double intercept = priorIntercept;
        double lastLoss = Loss(slope, intercept);
        for (int step = 0; step < 50; step++)
        {
            double g0 = priorWeight * (intercept - priorIntercept);
            double g1 = priorWeight * (slope - priorSlope);
            double h00 = priorWeight;
            double h01 = 0;
            double h11 = priorWeight;
            for (int i = 0; i < x.Count; i++)
            {
                double p = 1 / (1 + Math.Exp(-((slope * x[i]) + intercept)));
                double miss = p - scores[i];
                double curvature = Math.Max(p * (1 - p), 1e-9);
                g0 += miss;
                g1 += miss * x[i];
                h00 += curvature;
                h01 += curvature * x[i];
                h11 += curvature * x[i] * x[i];
            }

            double determinant = (h00 * h11) - (h01 * h01);
            double moveIntercept = ((h11 * g0) - (h01 * g1)) / determinant;
            double moveSlope = ((h00 * g1) - (h01 * g0)) / determinant;
            double share = 1;
            double loss;
            while ((loss = Loss(Math.Max(0, slope - (share * moveSlope)), intercept - (share * moveIntercept))) > lastLoss && share > 1e-6)
            {
                share /= 2;
            }

            // A negative slope would turn the ranking round: the flattest curve is a constant.
            slope = Math.Max(0, slope - (share * moveSlope));
            intercept -= share * moveIntercept;
            if (lastLoss - loss < 1e-10 * Math.Max(1, Math.Abs(lastLoss)))
            {
                break;
            }

            lastLoss = loss;
        }

        return (slope, intercept);

        double Loss(double a, double b)
        {
            double loss = 0.5 * priorWeight * (((a - priorSlope) * (a - priorSlope)) + ((b - priorIntercept) * (b - priorIntercept)));
            for (int i = 0; i < x.Count; i++)
            {
                double odds = (a * x[i]) + b;
                double logOnePlus = Math.Max(odds, 0) + Math.Log(1 + Math.Exp(-Math.Abs(odds)));
                loss += logOnePlus - (scores[i] * odds);
            }

            return loss;
        }
    }
}
