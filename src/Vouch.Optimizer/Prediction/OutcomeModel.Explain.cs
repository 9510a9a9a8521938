namespace Vouch.Optimizer.Prediction;

public sealed partial class OutcomeModel
{
    private const int ExplainedFeatures = 8;

    /// <summary>Tells why the model expects what it expects.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="endpoint">The endpoint's position in <see cref="Endpoints"/>.</param>
    /// <returns>The prediction and what moved it away from the endpoint's base rate: single words, pairs, measures of form, and the likeness to known prompts as a whole.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="prompt"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="endpoint"/> is no position.</exception>
    /// <remarks>Allocates; for people, not for the hot path. Contributions are linearized at the base rate.</remarks>
    public PredictionExplanation Explain(string prompt, int endpoint)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentOutOfRangeException.ThrowIfNegative(endpoint);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(endpoint, Endpoints.Count);
        var predictions = new OutcomePrediction[Endpoints.Count];
        Predict(prompt, predictions);

        var columns = new float[_space.Stride];
        var form = new float[PromptSpace.FormWidth];
        var raw = new float[_heads.Width];
        var tokens = new float[_heads.Width];
        _space.Read(prompt, columns, form);
        Evaluate(prompt, raw, tokens);
        double rate = Math.Clamp(_heads.BaseRates[endpoint], 0.02, 0.98);
        double slope = _heads.Slopes[endpoint] / (rate * (1 - rate));
        var contributions = new List<FeatureContribution>();
        double explained = 0;
        foreach (List<(string Feature, double Value)> group in (List<(string, double)>[])[Words(prompt, endpoint), [.. Forms(form, endpoint)]])
        {
            // The strongest of each kind are named; what is left stays in the last line.
            foreach ((string feature, double value) in group.OrderByDescending(pair => Math.Abs(pair.Value)).ThenBy(pair => pair.Feature, StringComparer.Ordinal).Take(ExplainedFeatures))
            {
                explained += value;
                contributions.Add(new FeatureContribution(feature, value * slope));
            }
        }

        double rest = raw[endpoint] - _heads.BaseRates[endpoint] - explained;
        contributions.Add(new FeatureContribution("likeness to known prompts, letter groups and the rest", rest * slope));
        return new PredictionExplanation(
            Endpoints[endpoint],
            predictions[endpoint],
            _heads.BaseRates[endpoint],
            [.. contributions.Where(c => c.LogOdds != 0).OrderByDescending(c => Math.Abs(c.LogOdds)).ThenBy(c => c.Feature, StringComparer.Ordinal)]);
    }

    private IEnumerable<(string Feature, double Value)> Forms(float[] form, int endpoint)
    {
        for (int j = 0; j < PromptFeatures.Measures; j++)
        {
            double value = (form[j] * _heads.Dense[((_space.Rank + j) * _heads.Width) + endpoint])
                + (form[PromptFeatures.Measures + j] * _heads.Dense[((_space.Rank + PromptFeatures.Measures + j) * _heads.Width) + endpoint]);
            yield return (PromptFeatures.MeasureNames[j], value);
        }
    }

    private List<(string Feature, double Value)> Words(string prompt, int endpoint)
    {
        var seen = new ulong[PromptFeatures.Buckets / 64];
        var buckets = new int[3 * (Math.Min(prompt.Length, PromptFeatures.MaximumCharacters) + 2)];
        int count = PromptFeatures.Extract(prompt, seen, buckets, new float[PromptFeatures.Measures]);
        double norm = 0;
        foreach (int bucket in buckets.AsSpan(0, count))
        {
            norm += (double)_space.Frequencies[bucket] * _space.Frequencies[bucket];
        }

        var features = new Dictionary<int, string>();
        string? before = null;
        uint beforeHash = 0;
        string text = prompt.Length > PromptFeatures.MaximumCharacters ? prompt[..PromptFeatures.MaximumCharacters] : prompt;
        for (int i = 0; i < text.Length;)
        {
            int start = i;
            uint hash;
            if (char.IsLetter(text[i]))
            {
                while (i < text.Length && char.IsLetter(text[i]))
                {
                    i++;
                }

                hash = PromptFeatures.Word(text.AsSpan(start, i - start));
            }
            else if (char.IsWhiteSpace(text[i]) || char.IsDigit(text[i]))
            {
                before = null;
                i++;
                continue;
            }
            else
            {
                hash = PromptFeatures.Symbol(text[i++]);
            }

            string token = text[start..i].ToLowerInvariant();
            features.TryAdd(PromptFeatures.Bucket(hash), token);
            if (before is not null)
            {
                features.TryAdd(PromptFeatures.Bucket(PromptFeatures.Pair(beforeHash, hash)), $"{before} {token}");
            }

            (before, beforeHash) = (token, hash);
        }

        int column = _space.Rank + endpoint;
        double scale = norm > 0 ? _space.Scales[column] / Math.Sqrt(norm) : 0;
        double latentLength = LatentLength(buckets.AsSpan(0, count));
        return [.. features.Select(feature => (feature.Value, (_space.Table[(feature.Key * _space.Stride) + column] * scale) + Latent(feature.Key, endpoint, latentLength)))];
    }

    // The latent position is a sum over buckets divided by its length, so each bucket's share of it is known, too.
    private double LatentLength(ReadOnlySpan<int> buckets)
    {
        double squares = 0;
        for (int r = 0; r < _space.Rank; r++)
        {
            double sum = 0;
            foreach (int bucket in buckets)
            {
                sum += _space.Frequencies[bucket] > 0 ? _space.Table[(bucket * _space.Stride) + r] * _space.Scales[r] : 0;
            }

            squares += sum * sum;
        }

        return Math.Sqrt(squares);
    }

    private double Latent(int bucket, int endpoint, double length)
    {
        double sum = 0;
        for (int r = 0; r < _space.Rank && length > 0 && _space.Frequencies[bucket] > 0; r++)
        {
            sum += _space.Table[(bucket * _space.Stride) + r] * _space.Scales[r] * _heads.Dense[(r * _heads.Width) + endpoint];
        }

        return length > 0 ? sum / length : 0;
    }
}
