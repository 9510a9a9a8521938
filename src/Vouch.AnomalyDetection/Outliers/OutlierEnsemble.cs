using System.Diagnostics;
using Vouch.AnomalyDetection.Diagnostics;

namespace Vouch.AnomalyDetection.Outliers;

/// <summary>Several detectors as one, with verdicts, votes and reasons; the default for tables.</summary>
/// <remarks>
/// <para>Every member's score becomes the negative logarithm of its tail share among the learnt rows; the weighted mean of these ranks the rows (Fisher's way of joining
/// p-values; a member's 0/1 vote would throw the order away). Verdicts come from the distance to the bulk, on which the false-discovery rate is held.</para>
/// <para>In <see cref="EnsembleMode.Adaptive"/> the forest carries weight 1 and each of its three companions a third of its correlation with the forest on this very table. Nothing is fitted to
/// labels. Neighbours are sought among at most 2,048 drawn rows, 1 % of them near and 5 % far, so that the cost grows with n and not with its square, and a clump of up to 5 % outliers does not
/// hide itself.</para>
/// <para>Deterministic for equal seed and table; immutable and safe to share.</para>
/// <para>Sources: R. A. Fisher, <i>Statistical Methods for Research Workers</i>, 4th edition, 1932, section 21.1; C. C. Aggarwal and S. Sathe, <i>Outlier Ensembles</i>, Springer, 2017;
/// Y. Benjamini and Y. Hochberg, JRSS B 57(1), 1995.</para>
/// </remarks>
public sealed class OutlierEnsemble : IOutlierDetector
{
    private const int ReferenceRows = 2048;
    private const int AdaptiveTrees = 300;

    private readonly IReadOnlyList<IOutlierDetector>? _members;

    /// <summary>Makes an ensemble of a named kind.</summary>
    /// <param name="mode">The kind.</param>
    /// <exception cref="ArgumentOutOfRangeException">The kind does not exist.</exception>
    public OutlierEnsemble(EnsembleMode mode = EnsembleMode.Adaptive)
    {
        if (!Enum.IsDefined(mode))
        {
            throw new ArgumentOutOfRangeException(nameof(mode), mode, "No such mode.");
        }

        Mode = mode;
    }

    /// <summary>Makes an ensemble of members of one's own, with equal say.</summary>
    /// <param name="members">The members, at least one.</param>
    /// <exception cref="ArgumentException">There is no member, or one is null.</exception>
    public OutlierEnsemble(IReadOnlyList<IOutlierDetector> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        if (members.Count == 0 || members.Contains(null!))
        {
            throw new ArgumentException("An ensemble needs at least one member, and none may be null.", nameof(members));
        }

        _members = [.. members];
        Mode = EnsembleMode.Ensemble;
    }

    /// <summary>Gets the kind of the ensemble; <see cref="EnsembleMode.Ensemble"/> for members of one's own.</summary>
    public EnsembleMode Mode { get; }

    /// <summary>Gets how findings become a verdict.</summary>
    /// <value>The default is <see cref="VotingRule.Combined"/>.</value>
    public VotingRule Rule { get; init; }

    /// <summary>Gets the share of false ones that is accepted among the rows called outliers.</summary>
    /// <value>A fraction in (0, 0.5]. The default is 0.05.</value>
    /// <exception cref="ArgumentOutOfRangeException">Set outside the range.</exception>
    public double FalseDiscoveryRate
    {
        get;
        init
        {
            if (!(value is > 0 and <= 0.5))
            {
                throw new ArgumentOutOfRangeException(nameof(value), value, "A fraction in (0, 0.5] is needed.");
            }

            field = value;
        }
    } = 0.05;

    /// <summary>Gets the seed of the members' draws.</summary>
    /// <value>Any number. The default is 0.</value>
    public long Seed { get; init; }

    /// <inheritdoc/>
    public string Name => "ensemble";

    /// <summary>Learns a table and judges its rows.</summary>
    /// <param name="data">The table, at least one row.</param>
    /// <returns>The model, which is also the report on the table.</returns>
    /// <exception cref="ArgumentException">The table has no row.</exception>
    public OutlierReport Analyse(FeatureMatrix data)
    {
        ArgumentNullException.ThrowIfNull(data);
        using Activity? activity = AnomalyTelemetry.Source.StartActivity("analyse table");
        activity?.SetTag("vouch.anomaly.rows", data.Rows);
        IReadOnlyList<IOutlierDetector> members = _members ?? Members(Math.Min(data.Rows, ReferenceRows));
        return new OutlierReport(data, members, Mode == EnsembleMode.Adaptive, Rule, FalseDiscoveryRate);
    }

    /// <inheritdoc/>
    public IOutlierModel Fit(FeatureMatrix data) => Analyse(data);

    private IReadOnlyList<IOutlierDetector> Members(int reference)
    {
        var forest = new IsolationForest { Trees = AdaptiveTrees, Seed = Seed };
        var near = new NamedDetector("near neighbours", Neighbours(reference / 100, Seed));
        var far = new NamedDetector("far neighbours", Neighbours(reference / 20, Seed));
        return Mode switch
        {
            EnsembleMode.Adaptive => [forest, near, far, new MahalanobisDistance { CentralShare = 0.75 }],
            EnsembleMode.Forest => [forest],
            EnsembleMode.Statistical => [new RobustDeviation(), new QuartileFences(), new EmpiricalTails(), new MahalanobisDistance { CentralShare = 0.75 }],
            _ => [forest, near, far, new MahalanobisDistance { CentralShare = 0.75 }, new EmpiricalTails(), new RobustDeviation(), new QuartileFences()],
        };
    }

    private static KNearestNeighbours Neighbours(int wanted, long seed) =>
        new() { Neighbours = Math.Max(5, wanted), ReferenceRows = ReferenceRows, Seed = seed };

    private sealed class NamedDetector(string name, IOutlierDetector detector) : IOutlierDetector
    {
        public string Name => name;

        public IOutlierModel Fit(FeatureMatrix data) => detector.Fit(data);
    }
}
