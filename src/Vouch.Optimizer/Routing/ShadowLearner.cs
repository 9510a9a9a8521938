using Vouch.Optimizer.Budgets;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>What the router knows of newcomers: their judged answers, and what mirroring has cost. Thread-safe.</summary>
internal sealed class ShadowLearner(ShadowOptions options)
{
    private const int MostKept = 2_000;
    private const double PriorSlope = 1;

    // The prior says: it rises and falls with the others. It weighs as much as this many labels.
    private const double PriorWeight = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Record> _records = new(StringComparer.Ordinal);
    private long _callersSpent;
    private long _spent;
    private long _reserved;

    public ShadowOptions Options { get; } = options;

    public void CallerSpent(NanoUsd cost) => Interlocked.Add(ref _callersSpent, Math.Min(cost.Value, long.MaxValue / 4));

    /// <summary>Whether a decision is one of those to be mirrored: a function of its number, so that a run can be repeated.</summary>
    public bool Samples(long decision)
    {
        if (!(Options.Share > 0))
        {
            return false;
        }

        unchecked
        {
            // SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
            ulong z = ((ulong)decision * 0x9E3779B97F4A7C15) + 0x5348_4144_4F57;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53)) < Options.Share;
        }
    }

    /// <summary>Sets money of the shadow budget aside: never more in all than its share of what callers' calls have cost.</summary>
    public bool TryReserve(NanoUsd worst)
    {
        lock (_lock)
        {
            double allowed = Options.CostShare * Interlocked.Read(ref _callersSpent);
            if ((double)_spent + _reserved + worst.Value > allowed)
            {
                return false;
            }

            _reserved += worst.Value;
            return true;
        }
    }

    public void Settled(NanoUsd reserved, NanoUsd cost)
    {
        lock (_lock)
        {
            _reserved -= reserved.Value;
            _spent += cost.Value;
        }
    }

    public void Mirrored(string endpoint)
    {
        lock (_lock)
        {
            Of(endpoint).Mirrored++;
        }
    }

    public (int Labels, double Mean, long Mirrored) Standing(string endpoint)
    {
        lock (_lock)
        {
            return _records.TryGetValue(endpoint, out Record? record) ? (record.Labels.Count, record.Labels.Count == 0 ? double.NaN : record.Labels.Average(static label => label.Score), record.Mirrored) : (0, double.NaN, 0);
        }
    }

    /// <summary>Takes a judged answer; false for a duplicate.</summary>
    public bool Learn(in ShadowAnswer answer, double score)
    {
        lock (_lock)
        {
            Record record = Of(answer.Endpoint);
            if (!record.Seen.Add(answer.DecisionId))
            {
                return false;
            }

            record.Labels.Enqueue(new Label(answer.DecisionId, answer.KnownSuccess, score, answer.KnownTokens, answer.OutputTokens));
            if (record.Labels.Count > MostKept)
            {
                record.Seen.Remove(record.Labels.Dequeue().Decision);
            }

            return true;
        }
    }

    /// <summary>Fits what is expected of a newcomer: as its judged answers say, along how easy requests look for the others.</summary>
    /// <remarks>As <see cref="OutcomeModelTrainer"/> does with a newcomer's labels, for any predictor and without keeping prompts.</remarks>
    public NewcomerCurve Fit(string endpoint)
    {
        lock (_lock)
        {
            Label[] labels = [.. Of(endpoint).Labels];
            double[] odds = [.. labels.Select(static label => OutcomeHeads.LogOdds(label.KnownSuccess))];
            double centre = odds.Average();
            (double slope, double shift) = LogisticCurve.Fit([.. odds.Select(value => value - centre)], [.. labels.Select(static label => label.Score)], PriorSlope, OutcomeHeads.LogOdds(labels.Average(static label => label.Score)), PriorWeight);
            double actual = labels.Sum(static label => label.Tokens ?? 0.0);
            double expected = labels.Sum(static label => label.Tokens is null ? 0 : label.KnownTokens);
            return new NewcomerCurve(endpoint, slope, shift - (slope * centre), expected > 0 && actual > 0 ? actual / expected : 1, labels.Length);
        }
    }

    private Record Of(string endpoint)
    {
        if (!_records.TryGetValue(endpoint, out Record? record))
        {
            _records[endpoint] = record = new Record();
        }

        return record;
    }

    private sealed class Record
    {
        public Queue<Label> Labels { get; } = new();

        public HashSet<long> Seen { get; } = [];

        public long Mirrored { get; set; }
    }

    private readonly record struct Label(long Decision, double KnownSuccess, double Score, double KnownTokens, long? Tokens);
}

/// <summary>What is expected of a newcomer from how easy a request looks for the others.</summary>
internal sealed record NewcomerCurve(string Endpoint, double Slope, double Intercept, double TokenRatio, int Labels)
{
    public OutcomePrediction Predict(double knownSuccess, double knownTokens)
    {
        double probability = 1 / (1 + Math.Exp(-((Slope * OutcomeHeads.LogOdds(knownSuccess)) + Intercept)));
        (double lower, double upper) = OutcomeModel.Wilson(probability, Labels);
        return new OutcomePrediction(probability, lower, upper, TokenRatio * knownTokens, Labels);
    }
}
