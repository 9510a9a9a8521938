using System.Collections.Concurrent;
using Vouch.Optimizer.Routing;

namespace InferenceRouter.Serving;

/// <summary>The latest answers by decision, so that feedback that comes later finds what it is about. The oldest make room.</summary>
internal sealed class AnswerMemory(int capacity)
{
    private readonly ConcurrentDictionary<long, RoutedAnswer> _answers = new();
    private readonly ConcurrentQueue<long> _order = new();
    private readonly ConcurrentDictionary<long, (ShadowAnswer Answer, bool Agrees)> _shadows = new();
    private readonly ConcurrentDictionary<long, double> _scores = new();

    public void Keep(in RoutedAnswer answer)
    {
        if (_answers.TryAdd(answer.DecisionId, answer))
        {
            _order.Enqueue(answer.DecisionId);
        }

        while (_answers.Count > capacity && _order.TryDequeue(out long oldest))
        {
            _answers.TryRemove(oldest, out _);
            _shadows.TryRemove(oldest, out _);
            _scores.TryRemove(oldest, out _);
        }
    }

    /// <summary>A newcomer's answer to a request that was mirrored, and whether it says the same as the served one.</summary>
    /// <returns>Its score where feedback on the served answer came first; else null.</returns>
    public double? KeepShadow(in ShadowAnswer answer, bool agrees)
    {
        if (_scores.TryGetValue(answer.DecisionId, out double served))
        {
            return ScoreOf(agrees, served);
        }

        if (_shadows.Count < capacity)
        {
            _shadows[answer.DecisionId] = (answer, agrees);
        }

        return null;
    }

    /// <summary>What feedback on a served answer tells of the newcomer's: null where it was not mirrored, has not answered yet, or nothing follows.</summary>
    public (ShadowAnswer Answer, double Score)? ShadowScore(long decision, double servedScore)
    {
        _scores[decision] = servedScore;
        return _shadows.TryRemove(decision, out (ShadowAnswer Answer, bool Agrees) shadow) && ScoreOf(shadow.Agrees, servedScore) is { } score ? (shadow.Answer, score) : null;
    }

    // The same score where both say the same; 0 where the served one is right and the newcomer says something else; else nobody knows.
    private static double? ScoreOf(bool agrees, double servedScore) => agrees ? servedScore : servedScore >= 1 ? 0 : null;

    public bool TryGet(long decision, out RoutedAnswer answer) => _answers.TryGetValue(decision, out answer);
}
