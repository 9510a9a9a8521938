using System.Globalization;
using Vouch.Statistics.Distributions;
using Vouch.Statistics.Intervals;
using Vouch.Statistics.Sampling;
using Vouch.Statistics.Sequential;

namespace Vouch.Evaluation.Trust;

/// <summary>One figure of a reference table beside the figure that Vouch.Statistics gives.</summary>
internal readonly record struct SamplingCheck(string Case, double Expected, double Actual, bool Ok);

/// <summary>Compares Vouch.Statistics with the tables of a sampling folder, figure by figure.</summary>
/// <remarks>
/// Sizes must be equal. Other figures agree to 1e-9 relative; figures below 1e-3 also where they agree to 1e-12 absolute, the accuracy to which the tables' own root finder and truncated sums
/// were run (a t quantile of 7e-17 for 0, a confidence bound of 2.8e-10). Student's t quantiles agree to 1e-8: those of scipy 1.10 end up to 5e-9 off (8 of 50 rows by more than 1e-9;
/// 40-digit arithmetic gives the figures of Vouch.Statistics to 13 digits there, see its tests).
/// </remarks>
internal static class SamplingReference
{
    private const double Relative = 1e-9;
    private const double RelativeOfStudentT = 1e-8;
    private const double Absolute = 1e-12;

    private static readonly (string File, Func<Row, IEnumerable<SamplingCheck>> Check)[] Tables =
    [
        ("quantiles.csv", Quantiles),
        ("binomial_intervals.csv", BinomialIntervals),
        ("cochran.csv", Cochran),
        ("detection_hypergeometric.csv", Detection),
        ("spotcheck_sarmenta.csv", SpotChecks),
        ("spotcheck_survival.csv", Survival),
        ("sprt.csv", ProbabilityRatioTests),
        ("confidence_sequence_beta_binomial.csv", ConfidenceSequences),
        ("iso2859_single_normal_II.csv", AcceptancePlans),
    ];

    /// <summary>The tables that the folder may hold.</summary>
    public static IEnumerable<string> Files => Tables.Select(table => table.File);

    /// <summary>All figures of one table; none where the file is not there.</summary>
    public static IEnumerable<SamplingCheck> Check(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        return File.Exists(path) ? Rows(path).SelectMany(Tables.Single(table => table.File == file).Check) : [];
    }

    private static IEnumerable<Row> Rows(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] names = lines[0].Split(',');
        for (int i = 1; i < lines.Length; i++)
        {
            if (lines[i].Length > 0)
            {
                yield return new Row($"{Path.GetFileNameWithoutExtension(path)}:{i + 1}", names.Zip(lines[i].Split(',')).ToDictionary(cell => cell.First, cell => cell.Second));
            }
        }
    }

    private static IEnumerable<SamplingCheck> Quantiles(Row row)
    {
        double p = row["p"];
        yield return row.Close("quantile", row.Text("distribution") switch
        {
            "normal" => NormalDistribution.Quantile(p),
            "t" => StudentTDistribution.Quantile(p, row["df1"]),
            "chi2" => ChiSquaredDistribution.Quantile(p, row["df1"]),
            "F" => FDistribution.Quantile(p, row["df1"], row["df2"]),
            string unknown => throw new MissingDataException($"{row.Name}: unknown distribution '{unknown}'."),
        }, row.Text("distribution") == "t" ? RelativeOfStudentT : Relative);
    }

    private static IEnumerable<SamplingCheck> BinomialIntervals(Row row)
    {
        (long k, long n, double confidence) = (row.Count("k"), row.Count("n"), row["confidence"]);
        (string Name, Interval Interval)[] intervals =
        [
            ("wilson", BinomialInterval.Wilson(k, n, confidence)),
            ("clopper_pearson", BinomialInterval.ClopperPearson(k, n, confidence)),
            ("agresti_coull", BinomialInterval.AgrestiCoull(k, n, confidence)),
            ("jeffreys", BinomialInterval.Jeffreys(k, n, confidence)),
        ];
        foreach ((string name, Interval interval) in intervals)
        {
            yield return row.Close($"{name}_lo", interval.Lower);
            yield return row.Close($"{name}_hi", interval.Upper);
        }

        yield return row.Close("cp_upper_one_sided", BinomialInterval.ClopperPearsonUpper(k, n, confidence));
    }

    private static IEnumerable<SamplingCheck> Cochran(Row row)
    {
        long population = row.Count("population(0=infinite)");
        CochranSize size = SampleSize.Cochran(row["confidence"], row["margin"], row["p"], population == 0 ? null : population);
        yield return row.Close("z", size.Score);
        yield return row.Close("n0", size.Uncorrected);
        yield return row.Close("n_fpc", size.Corrected);
        yield return row.Equal("n_ceil", size.Size);
    }

    private static IEnumerable<SamplingCheck> Detection(Row row)
    {
        DetectionPlan plan = DetectionSize.Find(row.Count("population"), row.Count("bad"), row["target_detection"]);
        yield return row.Equal("n_min", plan.Sample);
        yield return row.Close("prob_at_n_min", plan.Probability);
        yield return row.Equal("n_binomial_approx", DetectionSize.WithReplacement(row["bad"] / row["population"], row["target_detection"]));
    }

    private static IEnumerable<SamplingCheck> SpotChecks(Row row)
    {
        yield return row.Equal("k_no_blacklist", SpotCheck.ChecksWithoutBlacklisting(row["faulty_fraction"], row["target_error"]));
        yield return row.Equal("k_blacklist", SpotCheck.ChecksWithBlacklisting(row["faulty_fraction"], row["target_error"]));
    }

    private static IEnumerable<SamplingCheck> Survival(Row row)
    {
        yield return row.Close("prob_never_caught", SpotCheck.Survival(row["check_rate"], row["cheat_rate"], row.Count("tasks")));
        yield return row.Close("expected_bad_results_accepted_before_caught", SpotCheck.ExpectedBadResultsBeforeCaught(row["check_rate"]));
    }

    private static IEnumerable<SamplingCheck> ProbabilityRatioTests(Row row)
    {
        var test = new SequentialProbabilityRatioTest(row["p0"], row["p1"], row["alpha"], row["beta"]);
        yield return row.Close("logA", test.UpperBoundary);
        yield return row.Close("logB", test.LowerBoundary);
        yield return row.Close("llr_pass", test.NonEventStep);
        yield return row.Close("llr_fail", test.EventStep);
        OperatingCharacteristic behaviour = test.Evaluate(row["true_p"]);
        yield return row.Close("prob_accept", behaviour.ProbabilityAccept);
        yield return row.Close("prob_reject", behaviour.ProbabilityReject);
        yield return row.Close("expected_n", behaviour.ExpectedLength);
    }

    private static IEnumerable<SamplingCheck> ConfidenceSequences(Row row)
    {
        (long k, long n) = (row.Count("k"), row.Count("n"));
        const string prefix = "logE_at_p0_";
        foreach (string column in row.Columns.Where(column => column.StartsWith(prefix, StringComparison.Ordinal)))
        {
            yield return row.Close(column, BetaBinomialEProcess.LogEValueOf(k, n, double.Parse(column[prefix.Length..], CultureInfo.InvariantCulture)));
        }

        Interval sequence = BetaBinomialEProcess.ConfidenceSequence(k, n, row["alpha"]);
        yield return row.Close("cs_lo", sequence.Lower);
        yield return row.Close("cs_hi", sequence.Upper);
    }

    // The plan is looked up at both ends of the lot sizes that the row is for.
    private static IEnumerable<SamplingCheck> AcceptancePlans(Row row)
    {
        foreach (string end in (string[])["lot_min", "lot_max"])
        {
            TabulatedPlan found = AcceptanceTable.Find(row.Count(end), row["aql_percent"]);
            yield return row.Equal("n", found.Plan.SampleSize);
            yield return row.Equal("accept", found.Plan.AcceptanceNumber);
            yield return row.Equal("reject", found.Plan.RejectionNumber);
            yield return row.Same("code_letter", found.CodeLetter);
            yield return row.Same("plan_letter", found.PlanLetter);
        }

        double level = row["aql_percent"] / 100;
        AcceptancePlan plan = new(row.Count("n"), row.Count("accept"));
        yield return row.Close("Pa_at_AQL_binomial", plan.ProbabilityOfAcceptance(level));
        yield return row.Close("Pa_at_5xAQL_binomial", plan.ProbabilityOfAcceptance(Math.Min(1, 5 * level)));
    }

    private sealed record Row(string Name, Dictionary<string, string> Cells)
    {
        public IEnumerable<string> Columns => Cells.Keys;

        public double this[string column] => double.TryParse(Text(column), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new MissingDataException($"{Name}: '{Text(column)}' in column {column} is not a number.");

        public string Text(string column) => Cells.GetValueOrDefault(column) ?? throw new MissingDataException($"{Name}: column {column} is missing.");

        public long Count(string column) => long.TryParse(Text(column), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long count)
            ? count
            : throw new MissingDataException($"{Name}: '{Text(column)}' in column {column} is not a whole number.");

        public SamplingCheck Close(string column, double actual, double relative = Relative)
        {
            double expected = this[column];
            double distance = Math.Abs(actual - expected);
            bool ok = distance <= relative * Math.Abs(expected) || (Math.Abs(expected) < 1e-3 && distance <= Absolute);
            return new SamplingCheck($"{Name}:{column}", expected, actual, ok);
        }

        public SamplingCheck Same(string column, char actual) => new($"{Name}:{column}", Text(column)[0], actual, Text(column) == actual.ToString());

        public SamplingCheck Equal(string column, long actual) => new($"{Name}:{column}", this[column], actual, Count(column) == actual);
    }
}
