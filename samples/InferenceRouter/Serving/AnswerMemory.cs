using System.Collections.Concurrent;
using Vouch.Optimizer.Routing;

namespace InferenceRouter.Serving;

/// <summary>The latest answers by decision, so that feedback that comes later finds what it is about. The oldest make room.</summary>
internal sealed class AnswerMemory(int capacity)
{
    private readonly ConcurrentDictionary<long, RoutedAnswer> _answers = new();
    private readonly ConcurrentQueue<long> _order = new();

    public void Keep(in RoutedAnswer answer)
    {
        if (_answers.TryAdd(answer.DecisionId, answer))
        {
            _order.Enqueue(answer.DecisionId);
        }

        while (_answers.Count > capacity && _order.TryDequeue(out long oldest))
        {
            _answers.TryRemove(oldest, out _);
        }
    }

    public bool TryGet(long decision, out RoutedAnswer answer) => _answers.TryGetValue(decision, out answer);
}
