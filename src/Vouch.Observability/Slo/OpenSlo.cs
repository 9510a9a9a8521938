using Vouch.Core.Exceptions;

namespace Vouch.Observability.Slo;

/// <summary>Reads objectives from OpenSLO documents (<c>openslo/v1</c>, YAML).</summary>
/// <remarks>
/// <para>Taken: documents of kind <c>SLO</c> with rolling windows, budgeting by <c>Occurrences</c> or <c>Timeslices</c>, and ratio or threshold indicators, in place or by reference to documents of kind
/// <c>SLI</c>. Where the measurements come from (<c>metricSource</c>) is the host's affair: it records them. Documents of kind <c>Service</c> and <c>DataSource</c> say nothing about objectives and are
/// passed over.</para>
/// <para>Everything else is refused with its line, never guessed at: other kinds and versions, calendar windows, <c>RatioTimeslices</c>, composites, alert policies (declare alerts in code, see
/// <see cref="AlertTables"/>), and any field that OpenSLO does not have.</para>
/// <para>Source: github.com/OpenSLO/OpenSLO, specification v1. Pure functions, safe to call from any thread.</para>
/// </remarks>
public static class OpenSlo
{
    /// <summary>Reads all objectives of a text.</summary>
    /// <param name="yaml">One or more YAML documents, at most 4 million characters.</param>
    /// <returns>The objectives in the order in which they stand.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="yaml"/> is null.</exception>
    /// <exception cref="InputValidationException">Something is not understood; the location is its line and column, and the message says what was expected there.</exception>
    public static IReadOnlyList<OpenSloObjective> Parse(string yaml)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        var slos = new List<(YamlFields Fields, string Name)>();
        var indicators = new Dictionary<string, YamlNode>(StringComparer.Ordinal);
        foreach (YamlNode document in YamlNode.Read(yaml))
        {
            if (document.IsNull)
            {
                continue;
            }

            var fields = new YamlFields(document, "a document");
            YamlNode version = fields.Require("apiVersion");
            if (version.Text is not "openslo/v1")
            {
                throw version.Refuse("'openslo/v1'");
            }

            YamlNode kind = fields.Require("kind");
            if (kind.Text is "Service" or "DataSource")
            {
                continue;
            }

            string name = Name(fields.Require("metadata"));
            switch (kind.Text)
            {
                case "SLO":
                    slos.Add((fields, name));
                    break;
                case "SLI":
                    YamlNode spec = fields.Require("spec");
                    if (!indicators.TryAdd(name, spec))
                    {
                        throw spec.Refuse($"one indicator named '{name}'");
                    }

                    fields.RequireEmpty();
                    break;
                default:
                    throw kind.Refuse("a document of kind SLO, SLI, Service or DataSource");
            }
        }

        return [.. slos.SelectMany(slo => Read(slo.Fields, slo.Name, indicators))];
    }

    private static List<OpenSloObjective> Read(YamlFields document, string name, Dictionary<string, YamlNode> indicators)
    {
        var spec = new YamlFields(document.Require("spec"), "the spec of an SLO");
        document.RequireEmpty();
        string service = spec.RequireText("service");
        spec.Ignore("description");
        TimeSpan period = Period(spec.Require("timeWindow"));
        YamlNode method = spec.Require("budgetingMethod");
        if (method.Text is not ("Occurrences" or "Timeslices"))
        {
            throw method.Refuse("'Occurrences' or 'Timeslices'");
        }

        bool isThreshold = IsThreshold(spec, indicators);
        YamlNode list = spec.Require("objectives");
        if (list.Items is not { Count: > 0 } items)
        {
            throw list.Refuse("a sequence of objectives");
        }

        if (spec.Take("alertPolicies") is { } policies && policies.Items is not { Count: 0 })
        {
            throw policies.Refuse("no alert policies: alerts are declared in code");
        }

        spec.RequireEmpty();
        var objectives = new List<OpenSloObjective>();
        for (int i = 0; i < items.Count; i++)
        {
            var fields = new YamlFields(items[i], "an objective");
            string entry = fields.Text("displayName") is { Length: > 0 } display ? display : (i + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
            ServiceLevelObjective objective = Objective(items[i], fields, items.Count == 1 ? name : $"{name}/{entry}", period, isThreshold, method.Text == "Timeslices");
            objectives.Add(new OpenSloObjective(objective, service, items[i].Line));
        }

        return objectives;
    }

    private static ServiceLevelObjective Objective(YamlNode node, YamlFields fields, string name, TimeSpan period, bool isThreshold, bool bySlices)
    {
        Fraction target = Share(node, fields, "target") ?? throw node.Refuse("'target' or 'targetPercent' in an objective");
        Indicator indicator = isThreshold ? Threshold(node, fields) : Indicator.Events;
        if (bySlices)
        {
            YamlNode window = fields.Require("timeSliceWindow");
            TimeSpan slice = Duration(window);
            if (slice < TimeSpan.FromSeconds(1) || slice >= period)
            {
                throw window.Refuse("a slice of a second or more and shorter than the period");
            }

            Fraction share = Share(node, fields, "timeSliceTarget") ?? throw node.Refuse("'timeSliceTarget' in an objective by time slices");
            indicator = Indicator.TimeSlices(slice, Comparison.AtLeast, share, indicator);
        }

        fields.RequireEmpty();
        return new ServiceLevelObjective(Comparison.AtLeast, target, indicator, period, name);
    }

    private static Indicator Threshold(YamlNode node, YamlFields fields)
    {
        YamlNode op = fields.Require("op");
        Comparison comparison = op.Text switch
        {
            "lte" => Comparison.AtMost,
            "gte" => Comparison.AtLeast,
            "lt" => Comparison.Below,
            "gt" => Comparison.Above,
            _ => throw op.Refuse("'lte', 'gte', 'lt' or 'gt'"),
        };
        decimal value = fields.Number("value", "a number as the threshold") ?? throw node.Refuse("'value' in an objective on a threshold metric");
        return Indicator.Values(comparison, (double)value);
    }

    private static Fraction? Share(YamlNode node, YamlFields fields, string name)
    {
        decimal? share = fields.Number(name, $"a number in [0, 1] as {name}");
        decimal? percent = name == "target" ? fields.Number("targetPercent", "a number in [0, 100] as targetPercent") : null;
        if (share is not null && percent is not null)
        {
            throw node.Refuse("either 'target' or 'targetPercent'");
        }

        decimal? value = share ?? (percent / 100);
        return value switch
        {
            null => null,
            >= 0 and <= 1 when value.Value.Scale <= 14 => Fraction.FromDecimal(value.Value),
            _ => throw node.Refuse($"a share in [0, 1] with at most 12 decimal places as {name}"),
        };
    }

    private static bool IsThreshold(YamlFields spec, Dictionary<string, YamlNode> indicators)
    {
        YamlNode? inPlace = spec.Take("indicator");
        YamlNode? reference = spec.Take("indicatorRef");
        if ((inPlace is null) == (reference is null))
        {
            throw (inPlace ?? reference)?.Refuse("either 'indicator' or 'indicatorRef'") ?? YamlNode.Refuse(spec.Line, 1, null, "'indicator' or 'indicatorRef' in the spec of an SLO");
        }

        YamlNode body;
        if (reference is not null)
        {
            body = reference.Text is { } name && indicators.TryGetValue(name, out YamlNode? found) ? found : throw reference.Refuse("the name of an SLI in the same text");
        }
        else
        {
            var fields = new YamlFields(inPlace!, "an indicator");
            Name(fields.Require("metadata"));
            body = fields.Require("spec");
            fields.RequireEmpty();
        }

        var sli = new YamlFields(body, "the spec of an indicator");
        sli.Ignore("description");
        YamlNode? ratio = sli.Take("ratioMetric");
        YamlNode? threshold = sli.Take("thresholdMetric");
        sli.RequireEmpty();
        if ((ratio is null) == (threshold is null))
        {
            throw body.Refuse("either 'ratioMetric' or 'thresholdMetric'");
        }

        if (ratio is not null)
        {
            RequireRatio(ratio);
        }

        return threshold is not null;
    }

    private static void RequireRatio(YamlNode ratio)
    {
        var fields = new YamlFields(ratio, "a ratio metric");
        fields.Ignore("counter");
        YamlNode? good = fields.Take("good");
        YamlNode? bad = fields.Take("bad");
        YamlNode? total = fields.Take("total");
        YamlNode? raw = fields.Take("raw");
        fields.RequireEmpty();
        if (raw is not null)
        {
            throw raw.Refuse("'good' or 'bad' and 'total': a raw ratio counts no events");
        }

        if ((good is null) == (bad is null) || total is null)
        {
            throw ratio.Refuse("either 'good' or 'bad', and 'total'");
        }
    }

    private static TimeSpan Period(YamlNode windows)
    {
        if (windows.Items is not { Count: 1 } items)
        {
            throw windows.Refuse("a sequence of one time window");
        }

        var window = new YamlFields(items[0], "a time window");
        YamlNode length = window.Require("duration");
        TimeSpan period = Duration(length);
        if (period < ServiceLevelObjective.ShortestPeriod || period > ServiceLevelObjective.LongestPeriod)
        {
            throw length.Refuse("a period between 10s and 366d");
        }

        YamlNode rolling = window.Require("isRolling");
        if (rolling.Text is not "true")
        {
            throw rolling.Refuse("'true': only rolling windows are kept");
        }

        window.RequireEmpty();
        return period;
    }

    private static TimeSpan Duration(YamlNode node) =>
        node.Text is { } text && Durations.Read(text, out TimeSpan duration) == text.Length && text.Length > 0 ? duration : throw node.Refuse("a duration such as '28d' or '5m'");

    private static string Name(YamlNode metadata)
    {
        var fields = new YamlFields(metadata, "metadata");
        string name = fields.RequireText("name");
        fields.Ignore("displayName", "labels", "annotations");
        fields.RequireEmpty();
        return string.IsNullOrWhiteSpace(name) ? throw metadata.Refuse("a name") : name;
    }
}
