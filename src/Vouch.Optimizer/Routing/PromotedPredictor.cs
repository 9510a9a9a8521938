using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Routing;

/// <summary>A predictor and the newcomers that were promoted on top of it. Immutable; allocates nothing.</summary>
internal sealed class PromotedPredictor : IOutcomePredictor
{
    private readonly NewcomerCurve[] _newcomers;

    public PromotedPredictor(IOutcomePredictor inner, NewcomerCurve[] newcomers)
    {
        Inner = inner;
        _newcomers = newcomers;
        Endpoints = [.. inner.Endpoints, .. newcomers.Select(static newcomer => newcomer.Endpoint)];
        string text = string.Join(';', newcomers.Select(static newcomer => string.Create(
            CultureInfo.InvariantCulture, $"{newcomer.Endpoint}={newcomer.Slope:R},{newcomer.Intercept:R},{newcomer.TokenRatio:R},{newcomer.Labels}")));
        Digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{inner.Digest};{text}")));
    }

    public IOutcomePredictor Inner { get; }

    public IReadOnlyList<NewcomerCurve> Newcomers => _newcomers;

    public IReadOnlyList<string> Endpoints { get; }

    public IReadOnlyList<Cascade> Cascades => Inner.Cascades;

    public string Digest { get; }

    public DateTimeOffset EvidenceTime => Inner.EvidenceTime;

    public bool CountsHiddenTokens => Inner.CountsHiddenTokens;

    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions)
    {
        int known = Inner.Endpoints.Count;
        int others = predictions.Length - known - _newcomers.Length;
        Inner.Predict(prompt, predictions[..(known + others)]);
        predictions.Slice(known, others).CopyTo(predictions[(known + _newcomers.Length)..]);
        (double success, double tokens) = Known(predictions[..known]);
        for (int i = 0; i < _newcomers.Length; i++)
        {
            predictions[known + i] = _newcomers[i].Predict(success, tokens);
        }
    }

    /// <summary>How easy a request looks, and how long its answers, for the endpoints that something is known of; NaN where nothing is.</summary>
    public static (double Success, double Tokens) Known(ReadOnlySpan<OutcomePrediction> predictions)
    {
        double success = 0;
        double tokens = 0;
        int count = 0;
        foreach (ref readonly OutcomePrediction prediction in predictions)
        {
            if (!double.IsNaN(prediction.SuccessProbability) && double.IsFinite(prediction.OutputTokens))
            {
                success += prediction.SuccessProbability;
                tokens += prediction.OutputTokens;
                count++;
            }
        }

        return count == 0 ? (double.NaN, double.NaN) : (success / count, tokens / count);
    }
}
