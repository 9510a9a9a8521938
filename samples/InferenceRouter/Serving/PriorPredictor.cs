using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Policies;
using Vouch.Optimizer.Prediction;
using Vouch.Optimizer.Routing;

namespace InferenceRouter.Serving;

/// <summary>Stands in for a fitted model until there is one: the host's beliefs, the same for every prompt, with the widest interval and a sample size of nothing.</summary>
internal sealed class PriorPredictor : IOutcomePredictor
{
    private readonly OutcomePrediction[] _beliefs;

    public PriorPredictor(IReadOnlyDictionary<string, PriorBelief> beliefs, IReadOnlyList<CascadeBelief> cascades)
    {
        KeyValuePair<string, PriorBelief>[] rows = [.. beliefs.OrderBy(row => row.Key, StringComparer.Ordinal)];
        Endpoints = [.. rows.Select(row => row.Key)];
        Cascades = [.. cascades.Select(cascade => new Cascade(PositionOf(cascade.First), PositionOf(cascade.Second), PositionOf(cascade.Escalation)))];
        _beliefs =
        [
            .. rows.Select(row => new OutcomePrediction(Math.Clamp(row.Value.Success, 0, 1), 0, 1, Math.Max(0, row.Value.OutputTokens), 0)),
            .. cascades.Select(cascade => new OutcomePrediction(Math.Clamp(cascade.Success, 0, 1), 0, 1, 0, 0)),
            .. cascades.Select(cascade => new OutcomePrediction(Math.Clamp(cascade.Agreement, 0, 1), 0, 1, 0, 0)),
        ];
        string text = string.Join(';', rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row.Key}={row.Value.Success:R},{row.Value.OutputTokens:R}"))
            .Concat(cascades.Select(cascade => string.Create(CultureInfo.InvariantCulture, $"{cascade.First}+{cascade.Second}/{cascade.Escalation}={cascade.Success:R},{cascade.Agreement:R}"))));
        Digest = "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

        int PositionOf(string id)
        {
            int position = Array.FindIndex(rows, row => row.Key == id);
            return position >= 0 ? position : throw new ConfigurationException($"A cascade names '{id}', which is no endpoint.");
        }
    }

    public IReadOnlyList<string> Endpoints { get; }

    public IReadOnlyList<Cascade> Cascades { get; }

    public string Digest { get; }

    public DateTimeOffset EvidenceTime => DateTimeOffset.UnixEpoch;

    public void Predict(ReadOnlySpan<char> prompt, Span<OutcomePrediction> predictions) => _beliefs.CopyTo(predictions);
}
