using Vouch.AnomalyDetection.Outliers;

namespace Vouch.AnomalyDetection.Correlation;

/// <summary>Watches several metrics that belong together, row by row, and names the one that is off.</summary>
/// <remarks>
/// <para>The first rows are learnt as normal operation: each metric's level, and by a shrunken covariance what the others say of it. Afterwards every metric is looked at twice: its own
/// mean over a short window, and that of its difference to what the others predict (a row of the precision matrix), whose error grows as the others leave where it was learnt. The smallest p-value counts, corrected for the number of looks.</para>
/// <para>Limits know about memory: a metric that wanders has few independent rows among those learnt, so its level is uncertain and Student's t with that few degrees of freedom applies. A
/// slow temperature has to move far to be news, a steady flow has not. A missing value (NaN, infinite) counts as what was learnt.</para>
/// <para>Costs O(d^2) per row and O(r d^2 + r^2 d) once for r rows learnt; no allocation per row. Not safe for concurrent use.</para>
/// <para>Sources: H. Hotelling, 1947 (joint control); D. M. Hawkins, <i>Technometrics</i> 33(1), 1991 (regression-adjusted variables); Y. Chen et al., IEEE TSP 58(10), 2010 (shrinkage).</para>
/// </remarks>
public sealed class MetricGroupDetector
{
    private readonly double[] _learnt;
    private readonly double[] _row;
    private double[] _unit = [];
    private double[] _precision = [];
    private Track[] _levels = [];
    private Track[] _relations = [];
    private RowWindow? _window;
    private int _rows;

    /// <summary>Makes a detector.</summary>
    /// <param name="metrics">How many metrics a row has, at least 1.</param>
    /// <param name="learningRows">How many rows are learnt first, in [20, 1000000]; the default is 400.</param>
    /// <exception cref="ArgumentOutOfRangeException">An argument is outside its range.</exception>
    public MetricGroupDetector(int metrics, int learningRows = 400)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(metrics, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(learningRows, 20);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(learningRows, 1_000_000);
        Metrics = metrics;
        LearningRows = learningRows;
        _learnt = new double[checked(metrics * learningRows)];
        _row = new double[metrics];
    }

    /// <summary>Gets how many metrics a row has.</summary>
    public int Metrics { get; }

    /// <summary>Gets how many rows are learnt first.</summary>
    public int LearningRows { get; }

    /// <summary>Gets how many rows the looks average over; a longer window sees smaller shifts and answers later.</summary>
    /// <value>A number in [1, 10000]. The default is 20.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public int Window
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 10_000);
            field = value;
        }
    } = 20;

    /// <summary>Gets the p-value at which the group is called anomalous.</summary>
    /// <value>A probability in (0, 0.5]. The default is 1e-6: nominally one false alarm in a million rows, a dozen days at a row a second.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public double Significance
    {
        get;
        init
        {
            if (!(value is > 0 and <= 0.5))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A probability in (0, 0.5] is needed.");
            }

            field = value;
        }
    } = 1e-6;

    /// <summary>Takes the next row.</summary>
    /// <param name="values">One value per metric; NaN or infinite where missing.</param>
    /// <exception cref="ArgumentException">The row has another number of values than <see cref="Metrics"/>.</exception>
    public GroupObservation Observe(ReadOnlySpan<double> values)
    {
        if (values.Length != Metrics)
        {
            throw new ArgumentException($"The row has {values.Length} values; the group has {Metrics} metrics.", nameof(values));
        }

        if (_rows < LearningRows)
        {
            values.CopyTo(_learnt.AsSpan(_rows * Metrics));
            _rows++;
            if (_rows == LearningRows)
            {
                Learn();
            }

            return new GroupObservation(GroupState.Learning, 0, 1, -1, false);
        }

        Standardise(values);
        return Judge();
    }

    private void Learn()
    {
        PreparedColumns columns = PreparedColumns.From(new FeatureMatrix(_learnt, Metrics), FeatureScaling.None);
        _unit = new double[2 * Metrics];
        double[] standard = [.. columns.Values];
        double[] column = new double[LearningRows];
        for (int metric = 0; metric < Metrics; metric++)
        {
            for (int row = 0; row < LearningRows; row++)
            {
                column[row] = columns.Row(row)[metric];
            }

            double mean = column.Average();
            double largest = Math.Max(column.Max(value => Math.Abs(value - mean)), 0);
            double deviation = largest > 0 ? largest * Math.Sqrt(column.Average(value => (value - mean) / largest * ((value - mean) / largest))) : 0;
            _unit[metric] = mean;
            _unit[Metrics + metric] = deviation > 1e-12 * Math.Abs(mean) ? deviation : Math.Max(Math.Abs(mean), 1);
            for (int row = 0; row < LearningRows; row++)
            {
                int cell = (row * Metrics) + metric;
                standard[cell] = (standard[cell] - mean) / _unit[Metrics + metric];
            }
        }

        _precision = ShrunkenCovariance.Of(standard, Metrics, [.. Enumerable.Range(0, LearningRows)]).Precision();
        _levels = new Track[Metrics];
        _relations = new Track[Metrics];
        double[] residual = new double[LearningRows];
        for (int metric = 0; metric < Metrics; metric++)
        {
            for (int row = 0; row < LearningRows; row++)
            {
                ReadOnlySpan<double> values = standard.AsSpan(row * Metrics, Metrics);
                column[row] = values[metric];
                residual[row] = Residual(values, metric);
            }

            _levels[metric] = new Track(column, Window);
            _relations[metric] = new Track(residual, Window);
        }

        // The window starts filled with what was learnt last, so that the first rows afterwards are judged like all others.
        _window = new RowWindow(Metrics, Window);
        for (int row = Math.Max(0, LearningRows - Window); row < LearningRows; row++)
        {
            _window.Add(standard.AsSpan(row * Metrics, Metrics));
        }
    }

    private void Standardise(ReadOnlySpan<double> values)
    {
        for (int metric = 0; metric < Metrics; metric++)
        {
            double value = double.IsFinite(values[metric]) ? Math.Clamp(values[metric], -PreparedColumns.Largest, PreparedColumns.Largest) : _unit[metric];
            _row[metric] = Math.Clamp((value - _unit[metric]) / _unit[Metrics + metric], -1e100, 1e100);
        }
    }

    /// <summary>A metric's difference to what the others predict: its row of the precision matrix times the values, divided by the diagonal.</summary>
    private double Residual(ReadOnlySpan<double> values, int metric)
    {
        double sum = 0;
        for (int other = 0; other < Metrics; other++)
        {
            sum += _precision[(metric * Metrics) + other] * values[other];
        }

        return sum / _precision[(metric * Metrics) + metric];
    }

    private GroupObservation Judge()
    {
        _window!.Add(_row);
        ReadOnlySpan<double> means = _window.Means;
        double distance = 0;
        for (int metric = 0; metric < Metrics; metric++)
        {
            distance += means[metric] * _precision[(metric * Metrics) + metric] * Residual(means, metric);
        }

        double least = double.PositiveInfinity;
        int top = 0;
        bool relation = false;
        for (int metric = 0; metric < Metrics; metric++)
        {
            double residual = Residual(means, metric);
            double others = Math.Max(0, distance - (_precision[(metric * Metrics) + metric] * residual * residual));
            double level = _levels[metric].PValue(means[metric], 0);
            double related = Metrics > 1 ? _relations[metric].PValue(residual, others) : 1;
            if (Math.Min(level, related) < least)
            {
                (least, top, relation) = (Math.Min(level, related), metric, related < level);
            }
        }

        double p = Math.Min(1, least * (Metrics > 1 ? 2 * Metrics : 1));
        double surprise = -Math.Log(Math.Max(p, 1e-300));
        double score = surprise / (surprise - Math.Log(Significance));
        bool anomalous = p < Significance;
        return new GroupObservation(anomalous ? GroupState.Anomalous : GroupState.Normal, score, p, top, relation);
    }
}
