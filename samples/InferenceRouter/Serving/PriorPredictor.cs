using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace InferenceRouter.Serving;

/// <summary>Stands in for a fitted model until there is one: the host's beliefs, the same for every prompt, with the widest interval and a sample size of nothing.</summary>
internal sealed class PriorPredictor : IOutcomePredictor
{
    private readonly OutcomePrediction[] _beliefs;

    public PriorPredictor(IReadOnlyDictionary<string, PriorBelief> beliefs)
    {
        KeyValuePair<string, PriorBelief>[] rows = [.. beliefs.OrderBy(row => row.Key, StringComparer.Ordinal)];
        Endpoints = [.. rows.Select(row => row.Key)];
        _beliefs = [.. rows.Select(row => new OutcomePrediction(Math.Clamp(row.Value.Success, 0, 1), 0, 1, Math.Max(0, row.Value.OutputTokens), 0))];
        string text = string.Join(';', rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Key}={row.Value.Success:R},{row.Value.OutputTokens:R}")));
        Digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public IReadOnlyList<string> Endpoints { get; }

    public string Digest { get; }

    public DateTimeOffset EvidenceTime => DateTimeOffset.UnixEpoch;

    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions) => _beliefs.CopyTo(predictions);
}
